/** Who a simulated agent says it is. */
export interface Member {
  readonly id: string;
  readonly host: string;
  /** Id of the agent that started it; null for one that a person started. */
  readonly parent: string | null;
  readonly role: 'lead' | 'worker' | 'reviewer';
}

const hosts = ['mini-1', 'mini-2', 'mini-3', 'mini-4'];

/**
 * The fleet of `count` agents: agent-1 leads; agent-4 and every fourth after it work for the one before, on the same
 * machine, so that a view has something to group.
 */
export function roster(count: number): Member[] {
  const members: Member[] = [];
  for (let number = 1; number <= count; number++) {
    const before = members.at(-1);
    const isChild = number % 4 === 0 && before !== undefined;
    members.push({
      id: `agent-${number}`,
      host: isChild ? before.host : (hosts[(number - 1) % hosts.length] ?? 'mini-1'),
      parent: isChild ? before.id : null,
      role: number === 1 ? 'lead' : isChild ? 'reviewer' : 'worker',
    });
  }
  return members;
}
