import { isOpenTo } from '../protocol/overlap.ts';
import { idOf } from './attentionIds.ts';
import type { AttentionItem, Claim, Wait } from './picture.ts';

/** Who waits for what another holds is in order; one that has waited for longer than this is stuck, in ms. */
const overdueAfter = 60_000;

/**
 * Waits that have lasted for long, one item for each resource that is held: it names who has waited longest. Another
 * holder, or another who waits longest, is another occurrence.
 * @param inTheWay the claims that clash with one on a resource
 */
export function* overdue(
  waits: readonly Wait[],
  inTheWay: (ns: string, resource: string) => readonly Claim[],
  now: number,
): Generator<AttentionItem> {
  const found = new Map<string, { claim: Claim; first: Wait; agents: Set<string> }>();
  for (const wait of waits) {
    if (now - wait.since < overdueAfter) continue;
    for (const claim of wait.resources.flatMap((resource) => inTheWay(wait.ns, resource))) {
      if (isOpenTo(claim.holder, wait.agent)) continue;
      const known = found.get(claim.key);
      if (!known) found.set(claim.key, { claim, first: wait, agents: new Set([wait.agent]) });
      else {
        known.agents.add(wait.agent);
        if (wait.since < known.first.since) known.first = wait;
      }
    }
  }
  for (const { claim, first, agents } of found.values()) {
    const { ns, resource, holder, token } = claim;
    yield {
      id: idOf('conflict', ns, resource, token ?? holder, first.waitId),
      kind: 'conflict',
      ns,
      agent: first.agent,
      resource,
      since: first.since,
      detail: holder,
      waits: agents.size,
    };
  }
}
