import type { Clock } from '../protocol/clock.ts';
import { decodeEvent, decodeState, decodeStored } from '../protocol/decode.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { sampleOf } from '../protocol/json.ts';
import type { Log } from '../protocol/log.ts';
import type { FeedMessage, FeedSink } from '../protocol/messages.ts';
import { eventChannel, stateChannel, stateHash } from '../protocol/names.ts';
import { english, reasonText, type Reason } from '../protocol/reasons.ts';
import { newClient, type Redis } from './client.ts';
import { retryDelay } from './options.ts';
import { isRefusal, reasonOf } from './reason.ts';
import { redactUrl } from './redact.ts';
import { serverFacts } from './serverFacts.ts';
import type { ConnectionSettings } from './settings.ts';
import { readStored } from './storedStates.ts';
import { Sweeper } from './sweeper.ts';
import { UserError } from './userError.ts';

/** Between tries while the server says no: nothing gets better by asking twice a second. */
const refusedDelay = 5_000;
/** How often the link is tried, which also measures it. */
const pingInterval = 2_000;
/** What is held back while the stored states are read. Beyond it the oldest are applied early, which loses nothing. */
const heldMessages = 10_000;

/**
 * One connection's flow of decoded messages into a sink: subscription first, then the stored states, then what arrived
 * meanwhile, then live. Comes back by itself for ever and says in `connection` messages how it stands.
 *
 * Two clients are used, so that a reply of a sweep never stands in the way of a broadcast.
 */
export class Feed implements Disposable {
  readonly #settings: ConnectionSettings;
  readonly #sink: FeedSink;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #where: string;
  readonly #sweeper: Sweeper;
  #subscriber: Redis | undefined;
  #commands: Redis | undefined;
  #disposed = false;
  #wasLive = false;
  /** Counts sessions, so that the steps of a lost one end quietly. */
  #session = 0;
  #live = false;
  #refused = false;
  /** The last failure that was told, so that its repetitions are not. */
  #said = '';
  /** Messages that wait for the stored states; undefined while none are held back. */
  #held: { channel: string; text: string }[] | undefined;
  #ping: Disposable | undefined;

  constructor(settings: ConnectionSettings, sink: FeedSink, clock: Clock, log: Log) {
    this.#settings = settings;
    this.#sink = sink;
    this.#clock = clock;
    this.#log = log;
    this.#where = redactUrl(settings.url);
    this.#sweeper = new Sweeper(settings.namespaces, sink, clock, (error) => this.#reason(error));
  }

  get sweeper(): Sweeper {
    return this.#sweeper;
  }

  /** Begins to connect; returns at once and never throws. */
  start(): void {
    void this.#open().catch((error: unknown) => this.#failed(error));
  }

  /**
   * Sends a text on a channel and says how many subscribers it reached (on a cluster: of the node that was asked).
   * @throws UserError when there is no connection or the server refuses
   */
  async publish(channel: string, payload: string): Promise<number> {
    const client = this.#live ? this.#commands : undefined;
    if (!client) throw new UserError({ code: 'closed' });
    try {
      return await client.publish(channel, payload);
    } catch (error) {
      throw new UserError(this.#reason(error), { cause: error });
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#session++;
    this.#ping?.dispose();
    this.#sweeper.dispose();
    this.#subscriber?.disconnect();
    this.#commands?.disconnect();
  }

  async #open(): Promise<void> {
    this.#emit({ kind: 'connection', state: 'connecting', reason: null });
    const retry = (attempt: number): number => (this.#refused ? refusedDelay : retryDelay(attempt));
    const [subscriber, commands] = await Promise.all([
      newClient(this.#settings, retry),
      newClient(this.#settings, retry),
    ]);
    // Disposed while the client library was being loaded.
    if (this.#disposed) return;
    this.#subscriber = subscriber;
    this.#commands = commands;
    for (const client of [subscriber, commands]) {
      client.on('error', (error: unknown) => this.#failed(error));
      client.on('close', () => this.#failed(new UserError({ code: 'closed' })));
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
      this.#ping = this.#clock.after(refusedDelay, () => this.#beginWhenBothReady());
    });
  }

  /** Subscribes, reads what is stored, lets in what arrived meanwhile, and is live. */
  async #begin(session: number, subscriber: Redis, commands: Redis): Promise<void> {
    const { namespaces } = this.#settings;
    this.#held = [];
    await subscriber.subscribe(...namespaces.flatMap((ns) => [ns + stateChannel, ns + eventChannel]));
    for (const ns of namespaces) await this.#readStored(commands, ns);
    const facts = await serverFacts(commands);
    if (session !== this.#session) return;
    this.#emit({ kind: 'server', facts });
    const held = this.#held;
    this.#held = undefined;
    for (const { channel, text } of held) this.#deliver(channel, text, true);
    this.#live = true;
    this.#wasLive = true;
    this.#refused = false;
    this.#said = '';
    this.#emit({ kind: 'connection', state: 'live', reason: null });
    this.#log.info(`Live on ${this.#where} (${facts.server}).`);
    this.#sweeper.use(commands);
    await this.#measure(session, commands);
  }

  async #readStored(commands: Redis, ns: string): Promise<void> {
    const what = `${ns}${stateHash}`;
    try {
      for await (const [field, text] of readStored(commands, what)) {
        const decoded = decodeStored(field, text);
        if (decoded.ok) this.#emit({ kind: 'stored', ns, message: decoded.value });
        else this.#emit({ kind: 'malformed', ns, channel: what, reason: decoded.reason, sample: sampleOf(text) });
      }
      this.#emit({ kind: 'trouble', what, reason: null });
    } catch (error) {
      const reason = this.#reason(error);
      // Without this right the picture starts empty, but it starts.
      if (reason.code !== 'not-allowed' && reason.code !== 'other') throw error;
      this.#emit({ kind: 'trouble', what, reason });
    }
  }

  #onMessage(channel: string, text: string): void {
    if (!this.#held) return this.#deliver(channel, text, false);
    this.#held.push({ channel, text });
    if (this.#held.length <= heldMessages) return;
    const oldest = this.#held.shift()!;
    this.#deliver(oldest.channel, oldest.text, true);
  }

  #deliver(channel: string, text: string, held: boolean): void {
    for (const ns of this.#settings.namespaces) {
      if (channel === ns + stateChannel) {
        const decoded = decodeState(text);
        if (decoded.ok) this.#emit({ kind: 'state', ns, message: decoded.value, held });
        else this.#emit({ kind: 'malformed', ns, channel, reason: decoded.reason, sample: sampleOf(text) });
      } else if (channel === ns + eventChannel) {
        const decoded = decodeEvent(text);
        if (decoded.ok) this.#emit({ kind: 'event', ns, event: decoded.value, text: sampleOf(text, 2_000) });
        else this.#emit({ kind: 'malformed', ns, channel, reason: decoded.reason, sample: sampleOf(text) });
      }
    }
  }

  /** A PING now and then: it measures the round trip, and it finds a link that is dead without having been closed. */
  async #measure(session: number, commands: Redis): Promise<void> {
    if (session !== this.#session || this.#disposed) return;
    const started = performance.now();
    try {
      await commands.ping();
      if (session !== this.#session) return;
      this.#emit({ kind: 'rtt', ms: performance.now() - started });
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
    this.#held = undefined;
    this.#session++;
    this.#ping?.dispose();
    this.#sweeper.stop();
    // After a failed attempt the closing of its socket says less than the error before it.
    if (reason.code === 'closed' && !wasLive) return;
    this.#refused = isRefusal(reason);
    const sentence = reasonText(reason, english);
    // Both clients fail alike and try again twice a second; it is said once.
    if (!wasLive && sentence === this.#said) return;
    this.#said = sentence;
    this.#log.warn(`${this.#where}: ${sentence}`);
    const state = this.#refused ? 'refused' : this.#wasLive ? 'reconnecting' : 'connecting';
    this.#emit({ kind: 'connection', state, reason });
  }

  #reason(error: unknown): Reason {
    return reasonOf(error, this.#where);
  }

  #emit(message: FeedMessage): void {
    if (!this.#disposed) this.#sink.apply(message);
  }
}
