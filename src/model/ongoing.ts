import { meansNoConnection, type Reason } from '../protocol/reasons.ts';
import { staleRunLimit } from './agentBook.ts';
import { idOf } from './attentionIds.ts';
import type { Runaway } from './growth.ts';
import { endingOf } from '../protocol/activity.ts';
import { guardOf, guardTroubles } from './guard.ts';
import type { Ailment } from './healthBook.ts';
import type { RunItem } from './keys/runItems.ts';
import { freshErrors } from './errors/freshErrors.ts';
import { overdue } from './overdue.ts';
import type { Agent, AttentionItem, Claim, Connection, Wait } from './picture.ts';
import { keyOf } from './sorting.ts';
import type { Duplicate } from './taskBook.ts';
import { doingSince } from './wish.ts';

/** A lock without expiry is left this long to get one, in ms: SETNX and EXPIRE are two commands. */
const noExpiryAfter = 5_000;

/** What the list is made from. */
export interface Facts {
  readonly agents: readonly Agent[];
  readonly claims: readonly Claim[];
  readonly duplicates: readonly Duplicate[];
  readonly waits: readonly Wait[];
  readonly runaways: readonly Runaway[];
  readonly ailments: readonly Ailment[];
  readonly run: readonly RunItem[];
  readonly connection: Connection;
  /** The claims that clash with one on a resource. */
  readonly inTheWay: (ns: string, resource: string) => readonly Claim[];
  claimsHeldBy(ns: string, agentId: string): readonly Claim[];
  staleRunOf(agentKey: string): number;
}

/**
 * What goes on now. Each id names the occurrence. Of what cannot end and begin again within a second it needs no time: it
 * is forgotten as soon as it is not in the list.
 */
export function* ongoing(facts: Facts, now: number): Generator<AttentionItem> {
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
  yield* failures(facts.run, now);
  yield* overdue(facts.waits, facts.inTheWay, now);
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
        id: idOf('dead-holder', ns, id),
        kind: 'dead-holder',
        since: heard,
        detail: held[0]!.resource,
        ...(agent.hook?.presence === 'gone' ? { hasEnded: true } : {}),
      };
    }
    // Who was told to pause is silent because it does as it was told.
    if (agent.liveness === 'stalled' && agent.paused === null) {
      yield { ...base, id: idOf('stalled', ns, id), kind: 'stalled', since: heard, detail: agent.task };
    }
    // Of one that has left nobody expects more.
    if (agent.failedAt !== null && agent.seenAt !== null && agent.liveness !== 'dead') {
      const since = agent.failedAt;
      const id = idOf('run-failed', ns, agent.id, since);
      yield { ...base, id, kind: 'run-failed', since, detail: agent.task, failed: 'work' };
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
    const newest = Math.max(...about.map((agent) => agent.knownSince));
    yield {
      id: idOf('health', reason.code, newest),
      series: { name: reason.code, at: newest },
      kind: 'health',
      ns: '',
      agent: null,
      resource: reason.code,
      since: Math.min(...about.map((agent) => agent.knownSince)),
      detail: JSON.stringify(reason),
    };
  }
  for (const { what, ns, before, size, since } of facts.runaways) {
    const reason: Reason = { code: 'runaway', what, before, count: size };
    yield {
      id: idOf('health', reason.code, what, ns, since),
      kind: 'health',
      ns,
      agent: null,
      resource: reason.code,
      since,
      detail: JSON.stringify(reason),
    };
  }
  for (const { ns, reason, since } of facts.ailments) {
    yield {
      // What it says of it may change while it goes on.
      id: idOf('health', reason.code, ns),
      kind: 'health',
      ns,
      agent: null,
      resource: reason.code,
      since,
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

/** What plain agents say went wrong: a run that failed, and errors that nobody has acknowledged. */
function* failures(run: readonly RunItem[], now: number): Generator<AttentionItem> {
  for (const item of run) {
    if (item.kind === 'run' && endingOf(item.status) === 'failed') {
      const { ns, name, since } = item;
      const base = { ns, agent: null, resource: null };
      yield {
        ...base,
        id: idOf('run-failed', ns, name, since),
        kind: 'run-failed',
        since,
        detail: name,
        failed: 'run',
      };
    }
    if (item.kind === 'errors') yield* freshErrors(item, now);
  }
}
