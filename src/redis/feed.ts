import type { FineClock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { Log } from '../protocol/log.ts';
import type { FeedMessage, FeedSink } from '../protocol/messages.ts';
import { english, reasonText, type Reason } from '../protocol/reasons.ts';
import { allowances, type IfAllowed } from './allowances.ts';
import { Asking } from './asking.ts';
import { channelsOf, decodeBroadcast } from './broadcasts.ts';
import { newClient, type Redis } from './client.ts';
import { lookForTlsMixUp } from './diagnose.ts';
import { Following } from './following.ts';
import { GapWatch } from './gapWatch.ts';
import { HeldBack } from './heldBack.ts';
import type { LibraryMode } from './library/find.ts';
import type { MonitorCommand } from './monitor/command.ts';
import { isOwnLook } from './monitor/ownLook.ts';
import { retryDelay } from './options.ts';
import { Outage } from './outage.ts';
import { Probe } from './probe.ts';
import { reasonOf } from './reason.ts';
import { redactUrl } from './redact.ts';
import { Route } from './route.ts';
import { checkServer, enterDatabase } from './serverFacts.ts';
import type { ConnectionSettings } from './settings.ts';
import { Sweeper } from './sweeper.ts';
import { Timekeeper } from './timekeeper.ts';
import { UserError } from './userError.ts';

/** Between tries while the server says no: nothing gets better by asking twice a second. */
const refusedDelay = 5_000;
/** How often the link is tried, which also measures it. */
const pingInterval = 2_000;
/** How soon a server that is loading, or failed in the middle of our beginning, is tried again. */
const againDelay = 500;
/** How we name ourselves to the library when we tell it what we saw. */
const observer = 'signalbox';

/**
 * One connection's flow of decoded messages into a sink: subscription first, then the stored states, then what arrived
 * meanwhile, then live. Comes back by itself for ever and says in `connection` messages how it stands.
 *
 * Two clients are used, so that a reply of a sweep never stands in the way of a broadcast.
 */
export class Feed implements Disposable {
  readonly #settings: ConnectionSettings;
  readonly #sink: FeedSink;
  readonly #clock: FineClock;
  readonly #log: Log;
  readonly #where: string;
  readonly #sweeper: Sweeper;
  readonly #following: Following;
  readonly #probe: Probe;
  /** What it can be asked. */
  readonly asking: Asking;
  readonly #route = new Route();
  #subscriber: Redis | undefined;
  #commands: Redis | undefined;
  #disposed = false;
  readonly #ifAllowed: IfAllowed;
  readonly #outage = new Outage();
  readonly #gaps = new GapWatch();
  readonly #timekeeper: Timekeeper;
  /** Counts sessions, so that the steps of a lost one end quietly. */
  #session = 0;
  #live = false;
  /** Broadcasts that wait for the stored states. */
  readonly #held: HeldBack;
  #ping: Disposable | undefined;

  constructor(settings: ConnectionSettings, sink: FeedSink, clock: FineClock, log: Log, mode: LibraryMode) {
    this.#settings = settings;
    this.#sink = sink;
    this.#clock = clock;
    this.#log = log;
    this.#where = redactUrl(settings.url);
    const emit = (message: FeedMessage): void => this.#emit(message);
    this.#held = new HeldBack(emit);
    this.#timekeeper = new Timekeeper(clock, emit);
    this.#ifAllowed = allowances(settings, emit, (error) => this.#reason(error));
    this.#following = new Following(settings, emit, clock, mode, this.#ifAllowed);
    this.asking = new Asking(settings, this.#following, (error) => this.#reason(error));
    this.#probe = new Probe(settings.namespaces[0] ?? '', clock, emit);
    this.#sweeper = new Sweeper(settings, sink, clock, {
      reason: (error) => this.#reason(error),
      observe: async (ns, resources) => {
        if (this.#following.follows(ns)) await this.asking.calls(ns).observe(observer, resources);
      },
    });
  }

  get sweeper(): Sweeper {
    return this.#sweeper;
  }

  get probe(): Probe {
    return this.#probe;
  }

  /** Begins to connect; returns at once and never throws. */
  start(): void {
    void this.#open().catch((error: unknown) => this.#failed(error));
  }

  /** Whether a command that MONITOR showed only looks whether the server is there, and comes from us. */
  isOwnLook(command: MonitorCommand): boolean {
    return isOwnLook(command, [this.#subscriber, this.#commands], this.#probe.channel);
  }

  /** Resolves when every broadcast that the server sent us before this call has been applied, or cannot be any more. */
  async caughtUp(): Promise<void> {
    // The answer comes on the same connection, behind them.
    await this.#subscriber?.ping().catch(() => undefined);
  }

  dispose(): void {
    this.#disposed = true;
    this.#session++;
    this.#ping?.dispose();
    this.#sweeper.dispose();
    this.#probe.dispose();
    this.#subscriber?.disconnect();
    this.#commands?.disconnect();
  }

  async #open(): Promise<void> {
    this.#emit({ kind: 'connection', state: 'connecting', reason: null });
    const retry = (attempt: number): number => (this.#outage.isRefused ? refusedDelay : retryDelay(attempt));
    const [subscriber, commands] = await Promise.all([
      newClient(this.#settings, retry, this.#route),
      newClient(this.#settings, retry, this.#route),
    ]);
    // Disposed while the client library was being loaded.
    if (this.#disposed) return;
    this.#subscriber = subscriber;
    this.#commands = commands;
    for (const client of [subscriber, commands]) {
      const failed = (error: unknown): void => {
        if (this.#live && client === subscriber) this.#gaps.lost(this.#clock.now());
        this.#failed(error);
        void this.#lookCloser(error, client);
      };
      client.on('error', failed);
      client.on('close', () => failed(new UserError({ code: 'closed' })));
      client.on('ready', () => this.#beginWhenBothReady());
    }
    subscriber.on('message', (channel: string, text: string) => this.#onMessage(channel, text));
    // A first attempt that fails is reported by the `error` event and repeated like any other.
    await Promise.allSettled([subscriber.connect(), commands.connect()]);
  }

  #beginWhenBothReady(): void {
    if (this.#subscriber?.status !== 'ready' || this.#commands?.status !== 'ready') return;
    const session = ++this.#session;
    this.#begin(session, this.#subscriber, this.#commands).catch((error: unknown) => {
      if (session !== this.#session) return;
      this.#failed(error);
      // The socket may be fine while a step of ours is not: begin anew rather than stay half open.
      this.#ping?.dispose();
      this.#ping = this.#clock.after(this.#outage.isRefused ? refusedDelay : againDelay, () =>
        this.#beginWhenBothReady(),
      );
    });
  }

  /** Subscribes, reads what is stored, lets in what arrived meanwhile, and is live. */
  async #begin(session: number, subscriber: Redis, commands: Redis): Promise<void> {
    const { namespaces } = this.#settings;
    const check = await checkServer(commands, namespaces);
    // Channels know no databases, so the subscriber may be in any.
    await enterDatabase(commands);
    const here = await this.#route.find(commands, namespaces);
    if (!here) {
      subscriber.disconnect(true);
      commands.disconnect(true);
      throw new UserError({ code: 'closed' });
    }
    this.#emit({ kind: 'trouble', what: 'cluster', reason: here.length === 0 ? { code: 'cluster' } : null });
    this.#held.begin();
    this.#following.use(commands, here);
    for (const ns of namespaces) {
      for (const { what, channel } of channelsOf(ns)) {
        await this.#ifAllowed(what, ns, async () => void (await subscriber.subscribe(channel)));
      }
    }
    const ms = await this.#timekeeper.begin(commands);
    await this.#following.start(() => session === this.#session);
    // Its answer comes behind every broadcast that was sent before the stored states were read: from here on, what
    // arrives is newer than they are.
    await subscriber.ping();
    const gap = await this.#gaps.mended(commands, check, this.#clock.now());
    if (session !== this.#session) return;
    this.#emit({ kind: 'server', facts: check.facts });
    for (const [what, reason] of Object.entries(check.troubles)) this.#emit({ kind: 'trouble', what, reason });
    this.#held.end();
    if (gap) this.#emit(gap);
    this.#live = true;
    this.asking.use(commands);
    this.#outage.ended();
    this.#emit({ kind: 'rtt', ms });
    this.#emit({ kind: 'connection', state: 'live', reason: null });
    this.#log.info(`Live on ${this.#where} (${check.facts.server}).`);
    this.#sweeper.use(commands);
    this.#probe.use(subscriber, commands);
    await this.#measure(session, commands);
  }

  #onMessage(channel: string, text: string): void {
    const broadcast = decodeBroadcast(this.#settings.namespaces, channel, text, this.#held.isOn);
    if (broadcast?.kind === 'stamped') this.#following.take(broadcast);
    else if (broadcast) this.#held.take(broadcast.message);
    else this.#probe.came(channel, text);
  }

  /** A question now and then: it measures the round trip, and it finds a link that is dead without having been closed. */
  async #measure(session: number, commands: Redis): Promise<void> {
    if (session !== this.#session || this.#disposed) return;
    try {
      // Either link may die without being closed; only one of them would be noticed by its commands.
      const [ms] = await Promise.all([this.#timekeeper.measure(commands), this.#subscriber?.ping()]);
      await this.#following.look();
      if (session !== this.#session) return;
      this.#emit({ kind: 'rtt', ms });
    } catch (error) {
      if (session !== this.#session) return;
      this.#log.warn(`PING: ${reasonText(this.#reason(error), english)}`);
      // `true`: come back. Both are dropped, since they share the way that is gone.
      this.#subscriber?.disconnect(true);
      commands.disconnect(true);
      return;
    }
    this.#ping = this.#clock.after(pingInterval, () => void this.#measure(session, commands));
  }

  #failed(error: unknown): void {
    if (this.#disposed) return;
    const reason = this.#reason(error);
    const wasLive = this.#live;
    this.#live = false;
    this.asking.stop();
    // What a living subscription brought while the other link failed is news all the same.
    this.#held.end();
    this.#following.stop();
    this.#session++;
    this.#ping?.dispose();
    this.#sweeper.stop();
    this.#probe.stop();
    const state = this.#outage.add(reason, wasLive);
    if (state === null) return;
    this.#log.warn(`${this.#where}: ${reasonText(reason, english)}`);
    this.#emit({ kind: 'connection', state, reason });
  }

  /** Replaces a failure that may be a mix-up of TLS and plain text by what a second look tells. */
  async #lookCloser(error: unknown, client: Redis): Promise<void> {
    const reason = this.#reason(error);
    if (!this.#outage.deservesLook(reason)) return;
    const better = await lookForTlsMixUp(reason, client, this.#where);
    if (better && !this.#live) this.#failed(new UserError(better));
  }

  #reason(error: unknown): Reason {
    return reasonOf(error, this.#where);
  }

  #emit(message: FeedMessage): void {
    if (!this.#disposed) this.#sink.apply(message);
  }
}
