/** Who a simulated agent says it is. */
export interface Member {
  readonly id: string;
  readonly host: string;
  /** Id of the agent that started it; null for one that a person started. */
  readonly parent: string | null;
  readonly role: 'lead' | 'worker' | 'reviewer';
  /** Whether it does as plain redis-cli agents do; the others use the function library. */
  readonly plain: boolean;
}

const hosts = ['mini-1', 'mini-2', 'mini-3', 'mini-4'];

/**
 * The fleet of `count` agents: the first leads; the fourth and every fourth after it works for the one before, on the
 * same machine, so that a view has something to group. The second and every fourth after it is plain; all are where
 * there is no `library`.
 */
export function roster(count: number, library: boolean): Member[] {
  const members: Member[] = [];
  let number = 0;
  for (let index = 0; index < count; index++) {
    const before = members.at(-1);
    const isChild = index % 4 === 3 && before !== undefined;
    members.push({
      id: isChild ? `${before.id}/review` : `agent-${++number}`,
      host: isChild ? before.host : (hosts[index % hosts.length] ?? 'mini-1'),
      parent: isChild ? before.id : null,
      role: index === 0 ? 'lead' : isChild ? 'reviewer' : 'worker',
      plain: !library || index % 4 === 1,
    });
  }
  return members;
}
