import type { Clock } from '../protocol/clock.ts';
import { Emitter, type Event } from '../protocol/emitter.ts';
import type { FeedMessage, FeedSink } from '../protocol/messages.ts';
import type { Reason } from '../protocol/reasons.ts';
import type { Counts, Status, WatchEvent } from '../protocol/status.ts';
import { staleRunLimit } from './agentBook.ts';
import { AttentionList } from './attentionList.ts';
import { Delta } from './blank.ts';
import { Books } from './books.ts';
import { Chronicle } from './chronicle.ts';
import { ConnectionBook } from './connectionBook.ts';
import type { RunItem } from './keys/runItems.ts';
import { LevelOne } from './levelOne.ts';
import type {
  Agent,
  AttentionItem,
  Change,
  Claim,
  Connection,
  FleetMail,
  Pause,
  Picture,
  Queue,
  Told,
  Wait,
} from './picture.ts';
import type { Processes } from './processWatch.ts';
import { keyOf } from './sorting.ts';
import { statusJson } from './statusJson.ts';
import { Sweeps } from './sweeps.ts';

export interface FleetModelOptions {
  clock: Clock;
  /** Names this observer in what others may see of it. */
  observerId: string;
  /** When the observer began, where that was before the model was made. */
  since?: number;
  maxAgents?: number;
  /** Those of this machine, by which an agent here that has gone is known at once. */
  processes?: Processes;
}

/** The supervisor's picture: takes decoded messages in order of arrival, lets time pass, and says what changed. */
export class FleetModel implements Picture, FeedSink {
  readonly #clock: Clock;
  readonly #observer: { id: string; since: number };
  readonly #books: Books;
  readonly #attention: AttentionList;
  readonly #changes = new Emitter<Change>();
  readonly #chronicle: Chronicle;
  readonly #levelOne: LevelOne;
  readonly #sweeps: Sweeps;
  readonly #connection: ConnectionBook;
  /** What the message or tick at hand has changed so far. */
  #delta = new Delta();

  readonly onDidChange = this.#changes.event;
  readonly onEvent: Event<WatchEvent>;
  readonly onTold: Event<Told>;

  constructor(options: FleetModelOptions) {
    this.#clock = options.clock;
    const now = options.clock.now();
    this.#observer = { id: options.observerId, since: options.since ?? now };
    this.#attention = new AttentionList(options.clock, () => this.#books.facts(this.connection, this.run));
    this.#books = new Books(options.maxAgents ?? 1_000, options.processes ?? null);
    this.#chronicle = new Chronicle(options.clock, this.#attention.incidents, this.#books.errors);
    this.onEvent = this.#chronicle.onEvent;
    this.onTold = this.#chronicle.onTold;
    this.#levelOne = new LevelOne(this.#books, this.#chronicle);
    this.#sweeps = new Sweeps(this.#books, this.#chronicle, (ns) => this.#levelOne.governs(ns));
    this.#connection = new ConnectionBook(this.#levelOne.seqs, now);
  }

  get connection(): Connection {
    return this.#connection.current;
  }
  get counts(): Readonly<Counts> {
    return this.#chronicle.counts;
  }
  get agents(): readonly Agent[] {
    return this.#books.agents.all;
  }
  get claims(): readonly Claim[] {
    return this.#books.claims.all;
  }
  get waits(): readonly Wait[] {
    return this.#books.waits.all;
  }
  get pauses(): readonly Pause[] {
    return this.#books.pauses.all;
  }
  get mailToAll(): readonly FleetMail[] {
    return this.#books.mail.toAll;
  }
  get queues(): readonly Queue[] {
    return this.#books.queues.all;
  }
  get run(): readonly RunItem[] {
    return this.#books.run(this.#clock.now());
  }
  get attention(): readonly AttentionItem[] {
    return this.#attention.items;
  }
  get measuresPremature(): boolean {
    return this.#books.prerequisites.measures || this.#books.keys.measuresPremature;
  }
  get beyondLimits(): Picture['beyondLimits'] {
    return this.#books.beyondLimits;
  }

  agent(key: string): Agent | undefined {
    return this.#books.agents.get(key);
  }
  agentById(ns: string, id: string): Agent | undefined {
    return this.#books.agents.get(keyOf(ns, id));
  }
  nameOf(ns: string, id: string): string {
    return this.#books.agents.nameOf(keyOf(ns, id)) ?? id;
  }
  claim(key: string): Claim | undefined {
    return this.#books.claims.get(key);
  }
  queue(key: string): Queue | undefined {
    return this.#books.queues.get(key);
  }
  claimsHeldBy(ns: string, agentId: string): readonly Claim[] {
    return this.#books.claims.heldBy(ns, agentId);
  }
  status(): Status {
    return statusJson(this, this.#observer, this.#clock.now());
  }

  apply(message: FeedMessage): void {
    const now = this.#clock.now();
    switch (message.kind) {
      case 'opened':
        this.#open(message.url, message.namespaces, now);
        break;
      case 'connection':
        this.#connect(message.state, message.reason, now);
        break;
      case 'server':
        this.#setConnection({ ...message.facts });
        break;
      case 'rtt':
        this.#setConnection({ rttMs: message.ms });
        break;
      case 'state':
        this.#state(message, now);
        break;
      case 'library':
        this.#setConnection({ library: message.version });
        if (message.version === null) this.#levelOne.leave(this.#delta);
        break;
      case 'clock':
        this.#levelOne.setClock(message.skewMs);
        break;
      case 'accepted':
        this.#levelOne.accepted(message, now, this.#delta);
        break;
      case 'change':
        this.#levelOne.change(message, now, this.#delta);
        break;
      case 'alive':
        this.#levelOne.alive(message, now, this.#delta);
        break;
      case 'recovered':
        this.#chronicle.recovered(message);
        break;
      case 'snapshot':
        this.#books.reading(message.ns, () => this.#levelOne.snapshot(message, now, this.#delta));
        break;
      case 'stored':
        this.#books.reading(message.ns, () => {
          if (this.#books.agents.applyStored(message.ns, message.message, false, now, this.#delta.agents)) {
            this.#chronicle.stored(message.ns, message.message);
          }
        });
        break;
      case 'event':
        this.#chronicle.event(message);
        break;
      case 'malformed':
        this.#chronicle.malformed(message);
        break;
      case 'locks':
      case 'queues':
      case 'keys':
        this.#sweeps.apply(message, now, this.#delta);
        break;
      case 'touched':
        this.#sweeps.touch(message, now, this.#delta);
        break;
      case 'looks':
        this.#setConnection({ looks: message.looks, notifications: message.notifications });
        break;
      case 'health':
        if (this.#books.health.take(message.health, () => this.#books.sizes(), now)) this.#delta.attention = true;
        break;
      case 'swept':
      case 'probe':
      case 'heard':
      case 'dropped':
      case 'listening':
        break;
      case 'gap':
        this.#books.agents.excuse(message.ms, now, this.#delta.agents);
        this.#chronicle.gap(message.ms, message.reason);
        break;
      case 'trouble':
        if (this.#connection.trouble(message.what, message.reason)) {
          this.#delta.connection = this.#delta.attention = true;
        }
        break;
    }
    this.#flush(now);
  }

  /** Lets time pass: liveness, deadlines, duplicate work. To be called once a second. */
  tick(): void {
    const now = this.#clock.now();
    const { state } = this.connection;
    // While we are cut off, that nobody is heard says nothing of them.
    if (state === 'live' || state === 'unconfigured') this.#books.agents.tick(now, this.#delta.agents);
    this.#flush(now);
    for (const duplicate of this.#books.tasks.tick(now)) this.#chronicle.duplicate(duplicate);
    this.#books.watchGrowth(this.connection.namespaces, now);
    this.#delta.attention = this.#attention.tick(now);
    this.#flush(now);
  }

  /** Hides something that needs attention, until it happens anew. */
  dismiss(id: string): void {
    const errors = this.attention.find((item) => item.id === id)?.errors;
    if (errors) this.acknowledge(errors);
    else this.#attention.incidents.dismiss(id);
    this.#flush(this.#clock.now());
  }

  /** A person has seen errors, by their keys or those of their groups; answers how many were new. */
  acknowledge(keys: readonly string[]): number {
    const count = this.#books.errors.acknowledge(keys, this.#books.errorContext);
    this.#flush(this.#clock.now());
    return count;
  }

  /** Takes the next state of this agent as the first of a new run, whatever its version. */
  acceptNewRun(ns: string, agentId: string): boolean {
    const now = this.#clock.now();
    const opened = this.#books.agents.openRun(keyOf(ns, agentId), now);
    if (opened) this.#delta.agents.add(keyOf(ns, agentId));
    this.#delta.attention = opened;
    this.#flush(now);
    return opened;
  }

  #open(url: string, namespaces: readonly string[], now: number): void {
    if (!this.#connection.open(url, namespaces, now)) this.#forget();
    this.#delta.connection = true;
  }

  #connect(state: Connection['state'], reason: Reason | null, now: number): void {
    if (this.#connection.turn(state, reason, now)) this.#forget();
    this.#delta.connection = true;
    // Some troubles only follow from there being no connection.
    if (this.connection.troubles.size > 0) this.#delta.attention = true;
    this.#chronicle.connection(state, reason);
  }

  #state(told: Extract<FeedMessage, { kind: 'state' }>, now: number): void {
    const { ns, message, held } = told;
    const outcome = this.#books.agents.apply(ns, message, held, now, this.#delta.agents);
    const agent = this.agentById(ns, message.agentId)!;
    this.#chronicle.update(told, outcome, agent);
    if (outcome === 'stale' && this.#books.agents.staleRunOf(agent.key) === staleRunLimit) this.#delta.attention = true;
  }

  #setConnection(part: Partial<Connection>): void {
    this.#connection.set(part);
    this.#delta.connection = true;
  }

  #forget(): void {
    this.#books.clear(this.#delta);
    for (const part of [this.#levelOne, this.#attention.incidents, this.#chronicle]) part.clear();
    this.#delta.attention = true;
  }

  /** Ends a message or tick: brings what follows from the changed agents up to date, and tells what changed. */
  #flush(now: number): void {
    const delta = this.#delta;
    for (const early of this.#books.follow(delta, this.#chronicle.counts, now)) this.#chronicle.premature(early);
    if (this.#attention.incidents.takeChanged()) delta.attention = true;
    if (delta.isEmpty) return;
    if (delta.attention) this.#attention.drop();
    this.#delta = new Delta();
    this.#changes.fire(delta);
  }
}
