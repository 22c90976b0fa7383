import type { Clock } from '../protocol/clock.ts';
import { Emitter } from '../protocol/emitter.ts';
import type { FeedMessage, StateMessage } from '../protocol/messages.ts';
import { eventChannel, stateChannel } from '../protocol/names.ts';
import { english, reasonText, type Reason } from '../protocol/reasons.ts';
import type { Counts, WatchEvent, WatchKind } from '../protocol/status.ts';
import type { Outcome } from './agentBook.ts';
import type { Attention } from './attention.ts';
import { noCounts } from './blank.ts';
import type { ClaimEvent } from './claimBook.ts';
import type { Agent, Connection, Queue } from './picture.ts';
import type { Duplicate } from './taskBook.ts';

/** Writes down what happened: as an event for whoever watches, in the counts, and as an incident where a person should look. */
export class Chronicle {
  readonly #clock: Clock;
  readonly #attention: Attention;
  readonly #events = new Emitter<WatchEvent>();
  readonly onEvent = this.#events.event;
  counts: Counts = noCounts();

  constructor(clock: Clock, attention: Attention) {
    this.#clock = clock;
    this.#attention = attention;
  }

  clear(): void {
    this.counts = noCounts();
  }

  /** An update of `known`, which is how the agent stands after it. */
  update(ns: string, message: StateMessage, outcome: Outcome, known: Agent): void {
    const at = message.ts === null ? {} : { at: new Date(message.ts).toISOString(), clock: 'publisher' as const };
    const part = { agent: message.agentId, channel: ns + stateChannel, data: message.state, ...at };
    const ver = message.ver ?? 0;
    switch (outcome) {
      case 'applied':
        return this.#tell('state', ns, part);
      case 'restarted':
        return this.#tell('state', ns, { ...part, reason: 'a lower version of an agent given up for dead: a new run' });
      case 'alive':
        return;
      case 'stale':
        this.counts.stale++;
        return this.#tell('stale', ns, { ...part, reason: `version ${ver} is not newer than ${known.ver ?? 0}` });
      case 'divergent':
        this.counts.divergent++;
        this.#attention.incident('conflict', ns, message.agentId, null, String(ver), this.#clock.now());
        return this.#tell('divergent', ns, { ...part, reason: `other content with version ${ver}` });
    }
  }

  stored(ns: string, message: StateMessage): void {
    this.#tell('state', ns, { agent: message.agentId, data: message.state, reason: 'stored' });
  }

  event({ ns, event, text }: Extract<FeedMessage, { kind: 'event' }>): void {
    const data = { name: event.name, detail: event.detail, text };
    this.#tell('event', ns, { agent: event.agentId, channel: ns + eventChannel, data });
    if (event.isError) this.#attention.incident('error', ns, event.agentId, null, event.detail, this.#clock.now());
  }

  malformed({ ns, channel, reason, sample }: Extract<FeedMessage, { kind: 'malformed' }>): void {
    this.counts.malformed++;
    this.#tell('malformed', ns, { channel, reason, data: sample });
  }

  claim({ kind, claim }: ClaimEvent): void {
    const ttlMs = claim.expiresAt === null ? null : Math.max(0, claim.expiresAt - this.#clock.now());
    const { holder, resource, token, level } = claim;
    this.#tell(kind, claim.ns, { agent: holder, resource, token, data: { ttlMs, level } });
  }

  queue({ ns, name, waiting }: Queue): void {
    this.#tell('queue', ns, { resource: name, data: { waiting } });
  }

  duplicate({ ns, task, agents }: Duplicate): void {
    this.counts.duplicate++;
    this.#tell('duplicate', ns, { agent: agents[1], resource: task, data: { task, agents: [...agents] } });
  }

  connection(state: Connection['state'], reason: Reason | null): void {
    this.#tell('connection', '', { reason: reason && reasonText(reason, english), data: { state } });
  }

  /** The subscription was down for `ms`; with a reason where it is one that a person can mend. */
  gap(ms: number, reason: Reason | null): void {
    const words = reason ? reasonText(reason, english) : 'the subscription was lost';
    this.#tell('gap', '', { reason: words, data: { ms } });
    if (!reason) return;
    this.#attention.incident('health', '', null, 'subscription', JSON.stringify(reason), this.#clock.now());
  }

  #tell(kind: WatchKind, ns: string, part: Partial<WatchEvent>): void {
    const at = new Date(this.#clock.now()).toISOString();
    const nothing = { agent: null, resource: null, token: null, channel: null, reason: null, data: null };
    this.#events.fire({ ns, seq: null, at, clock: 'observer', kind, ...nothing, ...part });
  }
}
