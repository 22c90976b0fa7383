import type { Clock } from '../protocol/clock.ts';
import { Emitter, type Event } from '../protocol/emitter.ts';
import type { FeedMessage, FeedSink } from '../protocol/messages.ts';
import type { Reason } from '../protocol/reasons.ts';
import type { Counts, Status, WatchEvent } from '../protocol/status.ts';
import { Delta, unconfigured } from './blank.ts';
import { Chronicle } from './chronicle.ts';
import { AgentBook, staleRunLimit } from './agentBook.ts';
import { Attention } from './attention.ts';
import { ClaimBook, nobody } from './claimBook.ts';
import type { Agent, AttentionItem, Change, Claim, Connection, Picture, Queue } from './picture.ts';
import { QueueBook } from './queueBook.ts';
import { keyOf } from './sorting.ts';
import { statusJson } from './statusJson.ts';
import { TaskBook } from './taskBook.ts';

export interface FleetModelOptions {
  clock: Clock;
  /** Names this observer in what others may see of it. */
  observerId: string;
  maxAgents?: number;
}

/** Parents of parents that are followed; a longer chain is somebody's joke. */
const deepestFamily = 32;

/** The supervisor's picture: takes decoded messages in order of arrival, lets time pass, and says what changed. */
export class FleetModel implements Picture, FeedSink {
  readonly #clock: Clock;
  readonly #observer: { id: string; since: number };
  readonly #agents: AgentBook;
  readonly #claims = new ClaimBook((ns, holder) => this.agentById(ns, holder)?.task ?? null);
  readonly #queues = new QueueBook();
  readonly #tasks = new TaskBook((agent) => this.#ancestors(agent));
  readonly #attention = new Attention();
  readonly #changes = new Emitter<Change>();
  readonly #chronicle: Chronicle;
  #connection: Connection;
  #attentionList: readonly AttentionItem[] | undefined;
  /** What the list was when somebody last asked for it. */
  #attentionTold = '';
  /** What the message or tick at hand has changed so far. */
  #delta = new Delta();

  readonly onDidChange = this.#changes.event;
  readonly onEvent: Event<WatchEvent>;

  constructor(options: FleetModelOptions) {
    this.#clock = options.clock;
    const now = options.clock.now();
    this.#observer = { id: options.observerId, since: now };
    this.#chronicle = new Chronicle(options.clock, this.#attention);
    this.onEvent = this.#chronicle.onEvent;
    this.#agents = new AgentBook(options.maxAgents ?? 1_000);
    this.#connection = { ...unconfigured, since: now };
  }

  get connection(): Connection {
    return this.#connection;
  }
  get counts(): Readonly<Counts> {
    return this.#chronicle.counts;
  }
  get agents(): readonly Agent[] {
    return this.#agents.all;
  }
  get claims(): readonly Claim[] {
    return this.#claims.all;
  }
  get queues(): readonly Queue[] {
    return this.#queues.all;
  }
  get attention(): readonly AttentionItem[] {
    if (this.#attentionList) return this.#attentionList;
    const { agents, claims, connection } = this;
    const list = this.#attention.list(
      {
        agents,
        claims,
        connection,
        duplicates: this.#tasks.duplicates,
        claimsHeldBy: (ns, id) => this.claimsHeldBy(ns, id),
        staleRunOf: (key) => this.#agents.staleRunOf(key),
      },
      this.#clock.now(),
    );
    this.#attentionTold = idsOf(list);
    return (this.#attentionList = list);
  }
  get beyondLimits(): Picture['beyondLimits'] {
    return { agents: this.#agents.evicted, claims: this.#claims.incomplete, queues: this.#queues.incomplete };
  }

  agent(key: string): Agent | undefined {
    return this.#agents.get(key);
  }
  agentById(ns: string, id: string): Agent | undefined {
    return this.#agents.get(keyOf(ns, id));
  }
  claim(key: string): Claim | undefined {
    return this.#claims.get(key);
  }
  queue(key: string): Queue | undefined {
    return this.#queues.get(key);
  }
  claimsHeldBy(ns: string, agentId: string): readonly Claim[] {
    return this.#claims.heldBy(ns, agentId);
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
      case 'stored':
        if (this.#agents.applyStored(message.ns, message.message, now, this.#delta.agents)) {
          this.#chronicle.stored(message.ns, message.message);
        }
        break;
      case 'event':
        this.#chronicle.event(message);
        break;
      case 'malformed':
        this.#chronicle.malformed(message);
        break;
      case 'locks':
        this.#sweptLocks(message, now);
        break;
      case 'lists':
        this.#sweptLists(message, now);
        break;
      case 'swept':
        break;
      case 'gap':
        this.#chronicle.gap(message.ms, message.reason);
        break;
      case 'trouble':
        this.#trouble(message.what, message.reason);
        break;
    }
    this.#flush(now);
  }

  /** Lets time pass: liveness, deadlines, duplicate work. To be called once a second. */
  tick(): void {
    const now = this.#clock.now();
    this.#agents.tick(now, this.#delta.agents);
    this.#flush(now);
    for (const duplicate of this.#tasks.tick(now)) this.#chronicle.duplicate(duplicate);
    this.#attention.expire(now);
    // The list also changes by time alone, so it is made anew and compared with what was last told.
    this.#attentionList = undefined;
    const told = this.#attentionTold;
    this.#delta.attention = told !== idsOf(this.attention);
    this.#flush(now);
  }

  /** Hides something that needs attention, until it happens anew. */
  dismiss(id: string): void {
    this.#attention.dismiss(id);
    this.#flush(this.#clock.now());
  }

  /** Takes the next state of this agent as the first of a new run, whatever its version. */
  acceptNewRun(ns: string, agentId: string): boolean {
    const now = this.#clock.now();
    const opened = this.#agents.openRun(keyOf(ns, agentId), now);
    if (opened) this.#delta.agents.add(keyOf(ns, agentId));
    this.#delta.attention = opened;
    this.#flush(now);
    return opened;
  }

  #open(url: string, namespaces: readonly string[], now: number): void {
    const same = url === this.#connection.url && namespaces.join('\n') === this.#connection.namespaces.join('\n');
    if (!same) this.#forget();
    this.#setConnection({ ...unconfigured, url, namespaces: [...namespaces], state: 'connecting', since: now });
  }

  #connect(state: Connection['state'], reason: Reason | null, now: number): void {
    const changed = state !== this.#connection.state;
    if (state === 'unconfigured') {
      this.#forget();
      this.#setConnection({ ...unconfigured, since: now });
    } else {
      const since = changed ? now : this.#connection.since;
      this.#setConnection({ state, reason, since, ...(state === 'live' ? {} : { rttMs: null }) });
    }
    this.#chronicle.connection(state, reason);
  }

  #state({ ns, message, held }: Extract<FeedMessage, { kind: 'state' }>, now: number): void {
    const outcome = this.#agents.apply(ns, message, held, now, this.#delta.agents);
    const agent = this.agentById(ns, message.agentId)!;
    this.#chronicle.update(ns, message, outcome, agent);
    if (outcome === 'stale' && this.#agents.staleRunOf(agent.key) === staleRunLimit) this.#delta.attention = true;
  }

  #sweptLocks({ ns, locks, complete }: Extract<FeedMessage, { kind: 'locks' }>, now: number): void {
    for (const event of this.#claims.applySweep(ns, locks, complete, now, this.#delta.claims)) {
      this.#chronicle.claim(event);
      // What an agent holds is part of its row.
      const { holder } = event.claim;
      this.#delta.agents.add(keyOf(ns, holder));
      if (event.kind === 'claim' && holder !== nobody) this.#agents.addHolder(ns, holder, now, this.#delta.agents);
    }
    if (this.#delta.claims.size === 0) return;
    this.#agents.dropIdleHolders((agent) => this.claimsHeldBy(agent.ns, agent.id).length > 0, this.#delta.agents);
    this.#delta.attention = true;
  }

  #sweptLists({ ns, lists, complete }: Extract<FeedMessage, { kind: 'lists' }>, now: number): void {
    const touched = this.#queues.applySweep(ns, lists, complete, now, this.#delta.queues);
    for (const queue of touched) this.#chronicle.queue(queue);
  }

  #trouble(what: string, reason: Reason | null): void {
    const known = this.#connection.troubles.get(what);
    if (JSON.stringify(known ?? null) === JSON.stringify(reason)) return;
    const troubles = new Map(this.#connection.troubles);
    if (reason) troubles.set(what, reason);
    else troubles.delete(what);
    this.#setConnection({ troubles });
    this.#delta.attention = true;
  }

  #setConnection(part: Partial<Connection>): void {
    this.#connection = { ...this.#connection, ...part };
    this.#delta.connection = true;
  }

  #forget(): void {
    for (const { key } of this.agents) this.#delta.agents.add(key);
    for (const { key } of this.claims) this.#delta.claims.add(key);
    for (const { key } of this.queues) this.#delta.queues.add(key);
    for (const book of [this.#agents, this.#claims, this.#queues, this.#tasks, this.#attention]) book.clear();
    this.#chronicle.clear();
    this.#delta.attention = true;
  }

  /** Ends a message or tick: brings what follows from the changed agents up to date, and tells what changed. */
  #flush(now: number): void {
    const delta = this.#delta;
    for (const key of delta.agents) {
      const agent = this.#agents.get(key);
      if (agent) this.#tasks.update(agent, now);
      else this.#tasks.remove(key);
    }
    this.#chronicle.counts.tasks = this.#tasks.count;
    if (this.#attention.takeChanged()) delta.attention = true;
    if (delta.isEmpty) return;
    // It is made when somebody asks: in a flood of errors that is seldom, and making it takes looking at every agent.
    if (delta.attention) this.#attentionList = undefined;
    this.#delta = new Delta();
    this.#changes.fire(delta);
  }

  /** The chain of parents; an agent that names itself or a descendant as its parent ends it. */
  #ancestors(agent: Agent): ReadonlySet<string> {
    const ids = new Set<string>();
    for (let parent = agent.parent; parent !== null && !ids.has(parent) && ids.size < deepestFamily;) {
      ids.add(parent);
      parent = this.agentById(agent.ns, parent)?.parent ?? null;
    }
    return ids;
  }
}

const idsOf = (items: readonly AttentionItem[]): string => items.map((item) => item.id).join('\n');
