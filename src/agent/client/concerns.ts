import type { Change } from '../../protocol/changes.ts';

/** The resource of a lease of the agent's that a change may have taken; null for none. */
export function leaseTouchedBy(change: Change, agent: string): string | null {
  // Within a family a lease only looks taken, which the server tells who asks.
  if (change.kind === 'transfer') return change.from === agent ? change.resource : null;
  // A release without a reason was the agent's own doing.
  const isEnd =
    change.kind === 'break' || change.kind === 'expire' || (change.kind === 'release' && change.reason !== null);
  return isEnd && change.agent === agent ? change.resource : null;
}

/** Whether a change has put something into the agent's inbox. */
export function isMailFor(agent: string, change: Change): boolean {
  if (change.kind === 'message') return change.to === agent || change.to === '*';
  if (change.kind === 'transfer') return change.from === agent || change.agent === agent;
  return change.kind === 'break' && change.agent === agent;
}
