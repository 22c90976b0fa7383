import type { ConflictKind } from '../../protocol/panel/picture.ts';
import type { WatchKind } from '../../protocol/status.ts';
import type { Told } from '../picture.ts';

/** What an event counts as. What was recovered is counted apart, as it is another thing too. */
export const conflictOf: Readonly<Partial<Record<WatchKind, ConflictKind>>> = {
  stale: 'stale',
  divergent: 'divergent',
  duplicate: 'duplicate',
  premature: 'premature',
  denied: 'denied',
  unclaimed: 'unclaimed',
};

/** Who took part in a conflict, and whose it is: of a denial the denied one's, of duplicate work that of both. */
export function agentsOf({ event, change }: Told): { clashed: readonly string[]; counted: readonly string[] } {
  const own = event.agent === null ? [] : [event.agent];
  if (event.kind === 'duplicate') {
    const both = (event.data as { agents?: unknown } | null)?.agents;
    const agents = Array.isArray(both) ? both.filter((each) => typeof each === 'string') : own;
    return { clashed: agents, counted: agents };
  }
  const others = change?.kind === 'denied' ? [change.holder] : change?.kind === 'deadlock' ? change.circle : [];
  return { clashed: [...new Set([...own, ...others])].filter((id) => id !== ''), counted: own };
}
