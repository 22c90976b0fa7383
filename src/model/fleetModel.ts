import type { Clock } from '../protocol/clock.ts';
import { Emitter } from '../protocol/emitter.ts';
import type { FeedMessage, FeedSink } from '../protocol/messages.ts';
import { eventChannel, stateChannel } from '../protocol/names.ts';
import { english, reasonText, type Reason } from '../protocol/reasons.ts';
import type { Counts, Status, WatchEvent, WatchKind } from '../protocol/status.ts';
import { Delta, noCounts, unconfigured } from './blank.ts';
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
  readonly #events = new Emitter<WatchEvent>();
  #counts: Counts = noCounts();
  #connection: Connection;
  #attentionList: readonly AttentionItem[] | undefined;
  #attentionTold = '';
  /** What the message or tick at hand has changed so far. */
  #delta = new Delta();

  readonly onDidChange = this.#changes.event;
  readonly onEvent = this.#events.event;

  constructor(options: FleetModelOptions) {
    this.#clock = options.clock;
    const now = options.clock.now();
    this.#observer = { id: options.observerId, since: now };
    this.#agents = new AgentBook(options.maxAgents ?? 1_000);
    this.#connection = { ...unconfigured, since: now };
  }

  get connection(): Connection {
    return this.#connection;
  }
  get counts(): Readonly<Counts> {
    return this.#counts;
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
    const { agents, claims, connection } = this;
    this.#attentionList ??= this.#attention.list(
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
    return this.#attentionList;
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
          this.#emit('state', message.ns, {
            agent: message.message.agentId,
            data: message.message.state,
            reason: 'stored',
          });
        }
        break;
      case 'event':
        this.#event(message, now);
        break;
      case 'malformed':
        this.#counts.malformed++;
        this.#emit('malformed', message.ns, { channel: message.channel, reason: message.reason, data: message.sample });
        break;
      case 'locks':
        this.#sweptLocks(message, now);
        break;
      case 'lists':
        for (const queue of this.#queues.applySweep(
          message.ns,
          message.lists,
          message.complete,
          now,
          this.#delta.queues,
        )) {
          this.#emit('queue', queue.ns, { resource: queue.name, data: { waiting: queue.waiting } });
        }
        break;
      case 'swept':
        break;
      case 'gap':
        this.#gap(message.ms, message.reason, now);
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
    for (const { ns, task, agents } of this.#tasks.tick(now)) {
      this.#counts.duplicate++;
      this.#emit('duplicate', ns, { agent: agents[1], resource: task, data: { task, agents: [...agents] } });
    }
    this.#attention.expire(now);
    // The list also changes by time alone, so it is made anew and compared with what was last told.
    this.#attentionList = undefined;
    this.#delta.attention = this.#attentionTold !== idsOf(this.attention);
    this.#flush(now);
  }

  /** Hides something that needs attention, until it happens anew. */
  dismiss(id: string): void {
    this.#attention.dismiss(id);
    this.#delta.attention = true;
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
    this.#emit('connection', '', { reason: reason ? reasonText(reason, english) : null, data: { state } });
  }

  #state({ ns, message, held }: Extract<FeedMessage, { kind: 'state' }>, now: number): void {
    const { agentId } = message;
    const outcome = this.#agents.apply(ns, message, held, now, this.#delta.agents);
    const common = { agent: agentId, channel: ns + stateChannel, data: message.state };
    const at = message.ts === null ? {} : { at: new Date(message.ts).toISOString(), clock: 'publisher' as const };
    const known = this.agentById(ns, agentId)!;
    switch (outcome) {
      case 'applied':
        this.#emit('state', ns, { ...common, ...at });
        break;
      case 'restarted':
        this.#emit('state', ns, {
          ...common,
          ...at,
          reason: 'a lower version from an agent given up for dead: a new run',
        });
        break;
      case 'alive':
        break;
      case 'stale': {
        this.#counts.stale++;
        const reason = `version ${message.ver ?? 0} is not newer than ${known.ver ?? 0}`;
        this.#emit('stale', ns, { ...common, ...at, reason });
        if (this.#agents.staleRunOf(known.key) === staleRunLimit) this.#delta.attention = true;
        break;
      }
      case 'divergent':
        this.#counts.divergent++;
        this.#attention.incident('conflict', ns, agentId, null, String(message.ver ?? 0), now);
        this.#delta.attention = true;
        this.#emit('divergent', ns, { ...common, ...at, reason: `other content with version ${message.ver ?? 0}` });
        break;
    }
  }

  #event({ ns, event, text }: Extract<FeedMessage, { kind: 'event' }>, now: number): void {
    const data = { name: event.name, detail: event.detail, text };
    this.#emit('event', ns, { agent: event.agentId, channel: ns + eventChannel, data });
    if (!event.isError) return;
    this.#attention.incident('error', ns, event.agentId, null, event.detail, now);
    this.#delta.attention = true;
  }

  #sweptLocks({ ns, locks, complete }: Extract<FeedMessage, { kind: 'locks' }>, now: number): void {
    for (const { kind, claim } of this.#claims.applySweep(ns, locks, complete, now, this.#delta.claims)) {
      const data = { ttlMs: claim.expiresAt === null ? null : Math.max(0, claim.expiresAt - now), level: claim.level };
      this.#emit(kind, ns, { agent: claim.holder, resource: claim.resource, token: claim.token, data });
      // What an agent holds is part of its row.
      this.#delta.agents.add(keyOf(ns, claim.holder));
      if (kind === 'claim' && claim.holder !== nobody)
        this.#agents.addHolder(ns, claim.holder, now, this.#delta.agents);
    }
    if (this.#delta.claims.size === 0) return;
    this.#agents.dropIdleHolders((agent) => this.claimsHeldBy(agent.ns, agent.id).length > 0, this.#delta.agents);
    this.#delta.attention = true;
  }

  #gap(ms: number, reason: Reason | null, now: number): void {
    this.#emit('gap', '', { reason: reason ? reasonText(reason, english) : 'the subscription was lost', data: { ms } });
    if (!reason) return;
    this.#attention.incident('health', '', null, 'subscription', JSON.stringify(reason), now);
    this.#delta.attention = true;
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
    this.#counts = noCounts();
    this.#delta.attention = true;
  }

  #emit(kind: WatchKind, ns: string, part: Partial<WatchEvent>): void {
    const at = new Date(this.#clock.now()).toISOString();
    const nothing = { agent: null, resource: null, token: null, channel: null, reason: null, data: null };
    this.#events.fire({ ns, seq: null, at, clock: 'observer', kind, ...nothing, ...part });
  }

  /** Ends a message or tick: brings what follows from the changed agents up to date, and tells what changed. */
  #flush(now: number): void {
    const delta = this.#delta;
    for (const key of delta.agents) {
      const agent = this.#agents.get(key);
      if (agent) this.#tasks.update(agent, now);
      else this.#tasks.remove(key);
    }
    this.#counts.tasks = this.#tasks.count;
    if (delta.isEmpty) return;
    if (delta.attention) {
      this.#attentionList = undefined;
      this.#attentionTold = idsOf(this.attention);
    }
    this.#delta = new Delta();
    this.#changes.fire(delta);
  }

  /** The chain of parents; an agent that names itself or a descendant as its parent ends it. */
  #ancestors(agent: Agent): ReadonlySet<string> {
    const ids = new Set<string>();
    for (let parent = agent.parent; parent !== null && !ids.has(parent);) {
      ids.add(parent);
      parent = this.agentById(agent.ns, parent)?.parent ?? null;
    }
    return ids;
  }
}

const idsOf = (items: readonly AttentionItem[]): string => items.map((item) => item.id).join('\n');
