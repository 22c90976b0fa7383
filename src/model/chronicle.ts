import type { Clock } from '../protocol/clock.ts';
import { Emitter } from '../protocol/emitter.ts';
import type { FeedMessage, StateMessage } from '../protocol/messages.ts';
import { eventChannel, stateChannel } from '../protocol/names.ts';
import { english, reasonText, type Reason } from '../protocol/reasons.ts';
import type { Counts, WatchEvent } from '../protocol/status.ts';
import type { Outcome } from './agentRecord.ts';
import type { Attention } from './attention.ts';
import { noCounts } from './blank.ts';
import { changeEvent, incidentOf, isSuspected, type EventPart } from './changeEvent.ts';
import type { ErrorBook } from './errors/errorBook.ts';
import type { ClaimEvent } from './lockSweeps.ts';
import { outcomeText, prematureText, recoveredText, type UpdateTold } from './outcomeText.ts';
import type { Agent, Connection, Queue, Told } from './picture.ts';
import type { Premature } from './prerequisites.ts';
import type { Duplicate } from './taskBook.ts';

type Message<K extends FeedMessage['kind']> = Extract<FeedMessage, { kind: K }>;
/** How something came to us. */
type Way = Omit<Told, 'event'>;

const noticed: Way = { wire: null, change: null, update: null, isLive: false, isRepeat: false, sent: null };

/** What a guard reports of edits, which may be many. */
const editDetails: ReadonlySet<string> = new Set(['edited', 'redis-down', 'bash', 'bash-suspected']);

/** Writes down what happened: as an event for whoever watches, in the counts, and as an incident where a person should look. */
export class Chronicle {
  readonly #clock: Clock;
  readonly #attention: Attention;
  readonly #errors: ErrorBook;
  readonly #events = new Emitter<WatchEvent>();
  readonly onEvent = this.#events.event;
  readonly #told = new Emitter<Told>();
  readonly onTold = this.#told.event;
  counts: Counts = noCounts();

  constructor(clock: Clock, attention: Attention, errors: ErrorBook) {
    this.#clock = clock;
    this.#attention = attention;
    this.#errors = errors;
  }

  clear(): void {
    this.counts = noCounts();
  }

  /** An update of `known`, which is how the agent stands after it. */
  update({ ns, message, held, wire }: Message<'state'>, outcome: Outcome, known: Agent): void {
    const { ts, host } = message;
    const sent = ts === null ? null : ({ ms: ts, by: 'publisher', host } as const);
    const at = ts === null ? {} : { at: new Date(ts).toISOString(), clock: 'publisher' as const };
    const update = { outcome, ver: message.ver ?? 0, known: known.ver ?? 0 };
    const part = this.#outcome(ns, message, update);
    const way = { ...noticed, wire: wire ?? null, update, isLive: !held, isRepeat: outcome === 'alive', sent };
    this.#tell(ns, { channel: ns + stateChannel, ...part, ...at }, way);
  }

  /** As {@link update}, of a state that the library accepted: it is told also where it was known by other ways. */
  accepted(told: Message<'accepted'>, outcome: Outcome, known: Agent): void {
    const { ns, message } = told;
    const taken = outcome === 'alive' ? 'applied' : outcome;
    const update = { outcome: taken, ver: message.ver ?? 0, known: known.ver ?? 0 };
    const part = this.#outcome(ns, message, update);
    this.#tellStamped(told, { channel: ns + stateChannel, ...part }, update);
  }

  /** Anything else that the library told of. */
  change(told: Message<'change'>): void {
    const { ns, change } = told;
    this.#tellStamped(told, { channel: ns + eventChannel, ...changeEvent(change) });
    if (change.kind === 'denied' || change.kind === 'deadlock') this.counts.denied++;
    if (change.kind === 'unclaimed' && !isSuspected(change)) this.counts.unclaimed++;
    const now = this.#clock.now();
    const agent = change.agent || null;
    if (change.kind === 'unclaimed' && editDetails.has(change.detail)) {
      return this.#attention.edit(ns, agent, change.resource || null, change.detail, change.holder, now);
    }
    if (change.kind === 'other' && change.name === 'error') {
      return this.#errors.event(ns, agent, change.resource, change.detail, now);
    }
    const incident = incidentOf(change);
    if (!incident) return;
    const { kind, resource, detail, ...more } = incident;
    this.#attention.incident(kind, ns, agent, resource, detail, now, more);
  }

  /** A hook's sign of life: it says nothing new, as the same state once more does. */
  alive({ ns, agent, doing, wire }: Message<'alive'>): void {
    const part: EventPart = { kind: 'event', agent, channel: ns + eventChannel, data: { name: 'alive', ...doing } };
    this.#tell(ns, part, { ...noticed, wire: wire ?? null, isLive: true, isRepeat: true });
  }

  /** A snapshot was taken, since what came between cannot be told. */
  missed(ns: string, seq: number, word: 'trimmed' | 'diverged'): void {
    const trimmed = 'the history no longer holds what came between';
    const diverged = 'the history is another than before, as after a failover or FLUSHALL';
    this.#tell(ns, { kind: 'gap', reason: word === 'trimmed' ? trimmed : diverged, data: { word, seq } });
    if (word === 'trimmed') return;
    const reason: Reason = { code: 'history-diverged', ns };
    this.#attention.incident('health', ns, null, 'history', JSON.stringify(reason), this.#clock.now());
  }

  /** What was lost of the broadcasts has been told from the history. */
  recovered({ ns, from, to }: Message<'recovered'>): void {
    this.#tell(ns, { kind: 'recovered', data: { from, to } });
  }

  stored(ns: string, message: StateMessage): void {
    this.#tell(ns, { kind: 'state', agent: message.agentId, data: message.state, reason: 'stored' });
  }

  event({ ns, event, text, wire }: Message<'event'>): void {
    const data = { name: event.name, detail: event.detail, text };
    const part: EventPart = { kind: 'event', agent: event.agentId, channel: ns + eventChannel, data };
    this.#tell(ns, part, { ...noticed, wire: wire ?? null, isLive: true });
    if (event.name === 'replan') {
      const { agentId, detail } = event;
      this.#attention.incident('run-failed', ns, agentId, null, detail, this.#clock.now(), { failed: 'plan' });
    }
    if (event.isError) this.#errors.event(ns, event.agentId, null, event.detail, this.#clock.now());
  }

  malformed({ ns, channel, reason, sample, wire }: Message<'malformed'>): void {
    this.counts.malformed++;
    const way = { ...noticed, wire: wire ?? null, isLive: wire !== undefined };
    this.#tell(ns, { kind: 'malformed', channel, reason, data: sample }, way);
  }

  claim({ kind, claim }: ClaimEvent, reason: string | null = null): void {
    const ttlMs = claim.expiresAt === null ? null : Math.max(0, claim.expiresAt - this.#clock.now());
    const { holder, resource, token, level } = claim;
    this.#tell(claim.ns, { kind, agent: holder, resource, token, reason, data: { ttlMs, level } });
  }

  queue({ ns, name, waiting }: Queue): void {
    this.#tell(ns, { kind: 'queue', resource: name, data: { waiting } });
  }

  duplicate({ ns, task, agents }: Duplicate): void {
    this.counts.duplicate++;
    this.#tell(ns, { kind: 'duplicate', agent: agents[1], resource: task, data: { task, agents: [...agents] } });
  }

  premature({ ns, task, agent, missing }: Premature): void {
    this.counts.premature++;
    const reason = prematureText(missing, english);
    this.#tell(ns, { kind: 'premature', agent, resource: task, reason, data: { task, missing: [...missing] } });
  }

  connection(state: Connection['state'], reason: Reason | null): void {
    this.#tell('', { kind: 'connection', reason: reason && reasonText(reason, english), data: { state } });
  }

  /** The subscription was down for `ms`; with a reason where it is one that a person can mend. */
  gap(ms: number, reason: Reason | null): void {
    const words = reason ? reasonText(reason, english) : 'the subscription was lost';
    this.#tell('', { kind: 'gap', reason: words, data: { ms } });
    if (!reason) return;
    this.#attention.incident('health', '', null, 'subscription', JSON.stringify(reason), this.#clock.now());
  }

  /** Counts an update, and says how it is told. */
  #outcome(ns: string, { agentId, state }: StateMessage, update: UpdateTold): EventPart {
    const part = { agent: agentId, data: state, reason: outcomeText(update, english) };
    switch (update.outcome) {
      case 'applied':
      case 'restarted':
      case 'alive':
        return { ...part, kind: 'state' };
      case 'stale':
        this.counts.stale++;
        return { ...part, kind: 'stale' };
      case 'divergent':
        this.counts.divergent++;
        this.#attention.incident('conflict', ns, agentId, null, String(update.ver), this.#clock.now());
        return { ...part, kind: 'divergent' };
    }
  }

  /** Tells what the library told, by its clock. */
  #tellStamped(told: Message<'accepted' | 'change'>, part: EventPart, update: UpdateTold | null = null): void {
    const { ns, seq, atUs, recovered, held = false, wire } = told;
    const at = new Date(atUs / 1000).toISOString();
    if (recovered) this.counts.recovered++;
    const reason = part.reason ?? (recovered ? recoveredText(english) : null);
    this.#tell(
      ns,
      { ...part, seq, at, clock: 'server', reason },
      {
        wire: wire ?? null,
        change: told.kind === 'change' ? told.change : null,
        update,
        isLive: !recovered && !held,
        isRepeat: false,
        sent: { ms: atUs / 1000, by: 'server', host: null },
      },
    );
  }

  #tell(ns: string, part: EventPart, way: Way = noticed): void {
    const at = new Date(this.#clock.now()).toISOString();
    const nothing = { agent: null, resource: null, token: null, channel: null, reason: null, data: null };
    const event: WatchEvent = { ns, seq: null, at, clock: 'observer', ...nothing, ...part };
    if (!way.isRepeat) this.#events.fire(event);
    this.#told.fire({ event, ...way });
  }
}
