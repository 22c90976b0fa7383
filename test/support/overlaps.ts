/** A time in which an agent worked on a task; in µs, of a clock that all agents share. */
export interface Session {
  readonly task: string;
  readonly agent: string;
  readonly from: number;
  readonly to: number;
}

/** The sessions in which another agent was at work on the same task at the same time. */
export function overlapping(sessions: readonly Session[]): Set<Session> {
  const found = new Set<Session>();
  const openOf = new Map<string, Session[]>();
  for (const session of sessions.toSorted((a, b) => a.from - b.from)) {
    const open = (openOf.get(session.task) ?? []).filter((earlier) => earlier.to > session.from);
    for (const earlier of open) found.add(earlier).add(session);
    openOf.set(session.task, [...open, session]);
  }
  return found;
}
