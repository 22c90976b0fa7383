import type { Change as Told } from '../protocol/changes.ts';
import { isOpenTo } from '../protocol/overlap.ts';
import type { AgentSeen, LeaseSeen } from '../protocol/snapshotItems.ts';
import type { FeedMessage } from '../protocol/messages.ts';
import type { Delta } from './blank.ts';
import type { Books } from './books.ts';
import { actorOf } from './changeEvent.ts';
import type { Chronicle } from './chronicle.ts';
import type { Lease } from './leaseBook.ts';
import { everybody } from './pauseBook.ts';
import { keyOf } from './sorting.ts';

type Message<K extends FeedMessage['kind']> = Extract<FeedMessage, { kind: K }>;
type Change<K extends Told['kind']> = Extract<Told, { kind: K }>;

/**
 * Enters what the function library tells. A change is entered once: what has a number that is not above the last one of
 * its namespace is known already. A snapshot may have been taken a little later than its number says, so that what
 * follows it may be older than what it holds; the leases' tokens tell.
 */
export class LevelOne {
  readonly #books: Books;
  readonly #chronicle: Chronicle;
  /** Namespaces whose leases are known from a snapshot on, and not from sweeps. */
  readonly #governed = new Set<string>();
  readonly #seqs = new Map<string, number>();
  /** How far the server's clock is ahead of ours, in ms. */
  #skewMs = 0;

  constructor(books: Books, chronicle: Chronicle) {
    this.#books = books;
    this.#chronicle = chronicle;
  }

  /** The number of the last change of each namespace. */
  get seqs(): ReadonlyMap<string, number> {
    return this.#seqs;
  }

  governs(ns: string): boolean {
    return this.#governed.has(ns);
  }

  setClock(skewMs: number): void {
    this.#skewMs = skewMs;
  }

  /** There is no library any more: nobody tells of leases, and nobody can wait. */
  leave(delta: Delta): void {
    this.#governed.clear();
    for (const wait of this.#books.waits.all) this.#touchWaited(wait.ns, wait.resources, delta);
    this.#books.waits.clear();
  }

  clear(): void {
    this.#governed.clear();
    this.#seqs.clear();
  }

  accepted(message: Message<'accepted'>, now: number, delta: Delta): void {
    const { ns, message: state } = message;
    if (!this.#isNews(ns, message.seq, delta)) return;
    const { agents } = this.#books;
    const outcome = agents.applyAccepted(ns, state, this.#timeOf(message, now), now, delta.agents);
    if (outcome === 'stale') delta.attention = true;
    this.#chronicle.accepted(message, outcome, agents.get(keyOf(ns, state.agentId))!);
  }

  change(message: Message<'change'>, now: number, delta: Delta): void {
    const { ns, change, seq } = message;
    if (!this.#isNews(ns, seq, delta)) return;
    const at = this.#timeOf(message, now);
    if (change.kind === 'phase') this.#phase(ns, change, message.atUs / 1_000, at, now, delta);
    else this.#enter(ns, change, at, this.#deadline(message), now, delta);
    const actor = actorOf(change);
    if (actor) this.#books.agents.heard(ns, actor, at, now, delta.agents);
    this.#chronicle.change(message);
  }

  /** A sign of life that has no number and is told as no event. */
  alive(message: Message<'alive'>, now: number, delta: Delta): void {
    const { ns, agent, doing, atUs } = message;
    const told = { since: null, stamp: atUs === null ? now + this.#skewMs : atUs / 1_000 };
    if (this.#books.agents.doing(ns, agent, doing, told, now, now, false, delta.agents)) delta.attention = true;
    this.#chronicle.alive(message);
  }

  snapshot({ ns, seq, word, ...seen }: Message<'snapshot'>, now: number, delta: Delta): void {
    const { agents, claims, leases, waits, pauses } = this.#books;
    this.#governed.add(ns);
    this.#seqs.set(ns, seq);
    delta.connection = true;
    if (word) this.#chronicle.missed(ns, seq, word);
    for (const agent of seen.agents) this.#read(ns, agent, now, delta);
    agents.endOthers(ns, new Set(seen.agents.map(({ agent }) => agent)), delta.agents);
    for (const message of seen.states) {
      if (agents.applyStored(ns, message, true, now, delta.agents)) this.#chronicle.stored(ns, message);
    }
    const given = seen.leases.map((lease) => this.#leaseOf(lease, now));
    for (const event of leases.replace(ns, given, now, delta.claims)) {
      this.#chronicle.claim(event, event.kind === 'release' ? 'gone in the snapshot' : null);
      if (event.kind === 'claim') this.#books.begun(event.claim, now, delta);
      else this.#books.ended(event.claim, delta);
    }
    waits.replace(
      ns,
      seen.waits.map(({ began, ...wait }) => ({ ns, ...wait, since: this.#ours(began, now) ?? now })),
    );
    pauses.replace(ns, seen.pauses);
    // Who waits for a claim, and who is paused, is part of their rows.
    for (const claim of claims.of(ns)) delta.claims.add(claim.key);
    this.#touchAll(ns, delta);
    delta.attention = true;
  }

  /** What stands in Redis of an agent. What its hook told was a sign of life when it was written. */
  #read(ns: string, seen: AgentSeen, now: number, delta: Delta): void {
    const { agents } = this.#books;
    const heardAt = seen.heardAt === null ? null : Math.min(seen.heardAt - this.#skewMs, now);
    agents.greet(ns, seen, heardAt, now, delta.agents);
    const { doing } = seen;
    if (!doing || heardAt === null) return;
    const told = { since: this.#ours(doing.since, now), stamp: seen.heardAt ?? 0 };
    agents.doing(ns, seen.agent, doing, told, heardAt, now, false, delta.agents);
  }

  /** A time of the server's by our clock. */
  #ours(ms: number | null, now: number): number | null {
    return ms === null ? null : Math.min(ms - this.#skewMs, now);
  }

  #phase(ns: string, change: Change<'phase'>, stamp: number, at: number, now: number, delta: Delta): void {
    const told = { since: this.#ours(change.since, now), stamp };
    if (this.#books.agents.doing(ns, change.agent, change, told, at, now, true, delta.agents)) delta.attention = true;
  }

  #enter(
    ns: string,
    change: Exclude<Told, { kind: 'phase' }>,
    at: number,
    deadline: number,
    now: number,
    delta: Delta,
  ): void {
    const { agents, leases, pauses } = this.#books;
    switch (change.kind) {
      case 'hello':
        delta.attention = true;
        return agents.greet(ns, change, at, now, delta.agents);
      case 'bye':
        delta.attention = true;
        return agents.end(ns, change.agent, delta.agents);
      case 'claim':
      case 'transfer':
        return this.#grant(ns, change, at, deadline, now, delta);
      case 'renew':
        leases.prolong(ns, change, deadline, now, delta.claims);
        return;
      case 'release':
      case 'expire':
      case 'break':
        return this.#end(ns, change, delta);
      case 'wait':
        return this.#wait(ns, change, at, delta);
      case 'unwait':
        return this.#endWait(ns, change.waitId, delta);
      case 'control':
        if (change.action === 'pause') pauses.pause(ns, { ...change, by: change.agent });
        else pauses.resume(ns, change.target);
        // Who is told to pause is not expected to be heard.
        delta.attention = true;
        return this.#touchTarget(ns, change.target, delta);
      case 'message':
        this.#books.mail.send(ns, change, at, agents.all);
        return this.#touchTarget(ns, change.to, delta);
      case 'delivered':
        this.#books.mail.deliver(ns, change, at);
        delta.agents.add(keyOf(ns, change.agent));
        return;
      case 'unclaimed':
      case 'denied':
      case 'deadlock':
      case 'other':
        return;
    }
  }

  #grant(
    ns: string,
    change: Change<'claim' | 'transfer'>,
    at: number,
    deadline: number,
    now: number,
    delta: Delta,
  ): void {
    const { resource, agent, token, task } = change;
    const lease = { resource, holder: agent, token, task, since: at, expiresAt: deadline };
    const instead = this.#books.leases.grant(ns, lease, now, delta.claims);
    if (instead) {
      // A plain lock that was there had gone, which no sweep has seen yet.
      if (instead.level === 0) this.#chronicle.claim({ kind: 'release', claim: instead });
      this.#books.ended(instead, delta);
    }
    const claim = this.#books.claims.get(keyOf(ns, resource));
    if (claim?.token === token) this.#books.begun(claim, now, delta);
    if (change.kind === 'claim' && change.waitId !== null) this.#endWait(ns, change.waitId, delta);
    this.#endWaitsMet(ns, change, delta);
  }

  #end(ns: string, change: Change<'release' | 'expire' | 'break'>, delta: Delta): void {
    const ended = this.#books.leases.end(ns, change.resource, change.token, delta.claims);
    if (ended) this.#books.ended(ended, delta);
  }

  #wait(ns: string, { agent, waitId, resources }: Change<'wait'>, since: number, delta: Delta): void {
    this.#books.waits.add({ ns, agent, waitId, resources, since });
    this.#touchWaited(ns, resources, delta);
  }

  #endWait(ns: string, waitId: string, delta: Delta): void {
    const wait = this.#books.waits.end(ns, waitId);
    if (wait) this.#touchWaited(ns, wait.resources, delta);
  }

  /** Ends the waits of an agent that has all that it waited for, which need not have come to it by waiting. */
  #endWaitsMet(ns: string, { agent, resource }: Change<'claim' | 'transfer'>, delta: Delta): void {
    const { claims, waits } = this.#books;
    for (const wait of waits.of(ns)) {
      if (wait.agent !== agent || !wait.resources.includes(resource)) continue;
      const holdsAll = wait.resources.every((each) => {
        const claim = claims.get(keyOf(ns, each));
        return claim?.level === 1 && claim.holder === agent;
      });
      if (holdsAll) this.#endWait(ns, wait.waitId, delta);
    }
  }

  #touchWaited(ns: string, resources: readonly string[], delta: Delta): void {
    for (const resource of resources) {
      for (const claim of this.#books.claims.overlapping(ns, resource)) delta.claims.add(claim.key);
    }
  }

  #touchAll(ns: string, delta: Delta): void {
    for (const agent of this.#books.agents.all) if (agent.ns === ns) delta.agents.add(agent.key);
  }

  /** An agent with its children, or all. */
  #touchTarget(ns: string, target: string, delta: Delta): void {
    for (const { ns: its, id, key } of this.#books.agents.all) {
      if (its === ns && (target === everybody || isOpenTo(target, id))) delta.agents.add(key);
    }
  }

  /** Notes the number of a change, where it has one; false if it is not above the last. */
  #isNews(ns: string, seq: number | null, delta: Delta): boolean {
    if (seq === null) return true;
    if (seq <= (this.#seqs.get(ns) ?? -1)) return false;
    this.#seqs.set(ns, seq);
    delta.connection = true;
    return true;
  }

  /** When a change was made, by our clock; one that comes as it is made is made now. */
  #timeOf({ atUs, recovered }: Message<'accepted' | 'change'>, now: number): number {
    return recovered ? Math.min(atUs / 1000 - this.#skewMs, now) : now;
  }

  /** When the lease ends that a change tells of, by our clock. */
  #deadline({ change, atUs }: Message<'change'>): number {
    return atUs / 1000 - this.#skewMs + ('ttlMs' in change ? change.ttlMs : 0);
  }

  #leaseOf({ leftMs, since, ...lease }: LeaseSeen, now: number): Lease {
    return { ...lease, since: Math.min(since - this.#skewMs, now), expiresAt: now + leftMs };
  }
}
