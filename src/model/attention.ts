import { meansNoConnection } from '../protocol/reasons.ts';
import type { AttentionKind } from '../protocol/status.ts';
import { staleRunLimit } from './agentBook.ts';
import type { Agent, AttentionItem, Claim, Connection } from './picture.ts';
import { guardOf, guardTroubles } from './guard.ts';
import { doingSince } from './wish.ts';
import { keyOf } from './sorting.ts';
import type { Duplicate } from './taskBook.ts';

/** A lock without expiry is left this long to get one, in ms: SETNX and EXPIRE are two commands. */
const noExpiryAfter = 5_000;
/** Something that happened once is shown for this long, in ms. */
const incidentAge = 600_000;
const maxIncidents = 50;
/** How many rows of one kind are worth a person's while. */
const maxOfKind = 50;

/** Most urgent first: who waits for a person, then what does harm now, then what only may. */
const urgency: Record<AttentionKind, number> = {
  'waiting-on-you': 0,
  conflict: 1,
  deadlock: 2,
  'dead-holder': 3,
  'run-failed': 4,
  error: 5,
  unguarded: 6,
  stalled: 7,
  restarted: 8,
  'no-expiry': 9,
  health: 10,
};

/** What the list is made from. */
export interface Facts {
  readonly agents: readonly Agent[];
  readonly claims: readonly Claim[];
  readonly duplicates: readonly Duplicate[];
  readonly connection: Connection;
  claimsHeldBy(ns: string, agentId: string): readonly Claim[];
  staleRunOf(agentKey: string): number;
}

/** Keeps what happened once (errors, divergent updates) and what was dismissed, and makes the list. */
export class Attention {
  #incidents: AttentionItem[] = [];
  #count = 0;
  #changed = false;
  readonly #dismissed = new Set<string>();

  /** Adds something that happened once. The same thing again replaces the former, so that a flood is one row. */
  incident(
    kind: AttentionKind,
    ns: string,
    agent: string | null,
    resource: string | null,
    detail: string | null,
    now: number,
    circle?: readonly string[],
  ): void {
    const same = (item: AttentionItem): boolean =>
      item.kind === kind &&
      item.ns === ns &&
      item.agent === agent &&
      item.resource === resource &&
      item.detail === detail;
    this.#incidents = this.#incidents.filter((item) => !same(item)).slice(-(maxIncidents - 1));
    this.#changed = true;
    const id = idOf(kind, ns, ++this.#count);
    this.#incidents.push({ id, kind, ns, agent, resource, since: now, detail, ...(circle ? { circle } : {}) });
  }

  /** Adds an edit that nothing guarded. All of one agent are one row, which names the last. */
  edit(ns: string, agent: string | null, resource: string | null, detail: string, now: number): void {
    const kind = 'unguarded';
    const former = this.#incidents.find(
      (item) => item.kind === kind && item.ns === ns && item.agent === agent && item.detail === detail && item.count,
    );
    const isKnown = former !== undefined && !this.#dismissed.has(former.id);
    this.#incidents = this.#incidents.filter((item) => item !== former).slice(-(maxIncidents - 1));
    this.#changed = true;
    const count = isKnown ? former.count! + 1 : 1;
    const id = idOf(kind, ns, ++this.#count);
    this.#incidents.push({ id, kind, ns, agent, resource, since: now, detail, count });
  }

  /** Hides an item. It comes back as another when the same happens anew. */
  dismiss(id: string): void {
    this.#dismissed.add(id);
    this.#changed = true;
  }

  /** Drops incidents that are past their time. */
  expire(now: number): void {
    this.#incidents = this.#incidents.filter((item) => now - item.since < incidentAge);
  }

  /** Whether an incident or a dismissal came since this was last asked. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  list(facts: Facts, now: number): AttentionItem[] {
    const all = [...this.#incidents, ...ongoing(facts, now)];
    const ids = new Set(all.map((item) => item.id));
    for (const id of this.#dismissed) if (!ids.has(id)) this.#dismissed.delete(id);
    const perKind = new Map<AttentionKind, number>();
    return all
      .filter((item) => !this.#dismissed.has(item.id))
      .sort((a, b) => urgency[a.kind] - urgency[b.kind] || a.since - b.since || (a.id < b.id ? -1 : 1))
      .filter((item) => {
        const count = (perKind.get(item.kind) ?? 0) + 1;
        perKind.set(item.kind, count);
        return count <= maxOfKind;
      });
  }

  clear(): void {
    this.#incidents = [];
    this.#dismissed.clear();
  }
}

/** Parts are kept apart whatever they hold: `shop:` and `x` is not the empty namespace and `shop:x`. */
const idOf = (kind: AttentionKind, ...parts: (string | number)[]): string => `${kind}:${JSON.stringify(parts)}`;

/** What goes on now. Each id names the occurrence: it changes when the thing ends and begins again. */
function* ongoing(facts: Facts, now: number): Generator<AttentionItem> {
  for (const { id, ns, task, agents, since } of facts.duplicates) {
    yield {
      id: idOf('conflict', id),
      kind: 'conflict',
      ns,
      agent: agents[1],
      resource: task,
      since,
      detail: agents[0],
    };
  }
  for (const agent of facts.agents) {
    const { ns, id } = agent;
    const heard = agent.seenAt ?? agent.knownSince;
    const base = { ns, agent: id, resource: null };
    if (agent.liveness === 'you') {
      const since = agent.hook ? doingSince(agent.hook) : heard;
      const detail = agent.hook?.tool ?? null;
      yield { ...base, id: idOf('waiting-on-you', ns, id, since), kind: 'waiting-on-you', since, detail };
    }
    const held = agent.liveness === 'dead' ? facts.claimsHeldBy(ns, id) : [];
    if (held.length > 0) {
      yield {
        ...base,
        id: idOf('dead-holder', ns, id, heard),
        kind: 'dead-holder',
        since: heard,
        detail: held[0]!.resource,
        ...(agent.hook?.presence === 'gone' ? { hasEnded: true } : {}),
      };
    }
    // Who was told to pause is silent because it does as it was told.
    if (agent.liveness === 'stalled' && agent.paused === null) {
      yield { ...base, id: idOf('stalled', ns, id, heard), kind: 'stalled', since: heard, detail: agent.task };
    }
    if (facts.staleRunOf(agent.key) >= staleRunLimit) {
      yield {
        ...base,
        id: idOf('restarted', ns, id, heard),
        kind: 'restarted',
        since: heard,
        detail: String(agent.ver ?? 0),
      };
    }
  }
  for (const { ns, resource, holder, since, expiresAt } of facts.claims) {
    if (expiresAt !== null || now - since < noExpiryAfter) continue;
    yield {
      id: idOf('no-expiry', ns, resource, since),
      kind: 'no-expiry',
      ns,
      agent: holder,
      resource,
      since,
      detail: null,
    };
  }
  yield* spellings(facts.claims);
  for (const { reason, about } of guardTroubles(guardOf(facts.agents))) {
    yield {
      id: idOf('health', reason.code),
      kind: 'health',
      ns: '',
      agent: null,
      resource: reason.code,
      since: Math.min(...about.map((agent) => agent.knownSince)),
      detail: JSON.stringify(reason),
    };
  }
  for (const [what, reason] of facts.connection.troubles) {
    // What follows from there being no connection is told with that.
    if (facts.connection.state !== 'live' && meansNoConnection(reason)) continue;
    const since = facts.connection.since;
    yield {
      id: idOf('health', what),
      kind: 'health',
      ns: '',
      agent: null,
      resource: what,
      since,
      detail: JSON.stringify(reason),
    };
  }
}

/** Leases on what differs only in the case of letters: two things to Redis, and on many disks the same. */
function* spellings(claims: readonly Claim[]): Generator<AttentionItem> {
  const known = new Map<string, Claim>();
  for (const claim of claims) {
    if (claim.level === 0 || claim.kind === 'named') continue;
    const key = keyOf(claim.ns, claim.resource.toLowerCase());
    const other = known.get(key);
    if (!other) {
      known.set(key, claim);
      continue;
    }
    const [first, second] = (other.token ?? 0) < (claim.token ?? 0) ? [other, claim] : [claim, other];
    yield {
      id: idOf('conflict', claim.ns, first.token ?? 0, second.token ?? 0),
      kind: 'conflict',
      ns: claim.ns,
      agent: second.holder,
      resource: second.resource,
      since: second.since,
      detail: first.holder,
      spelling: first.resource,
    };
  }
}
