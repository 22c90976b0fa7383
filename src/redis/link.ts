import type { FineClock } from '../protocol/clock.ts';
import { Emitter, type Disposable } from '../protocol/emitter.ts';
import type { Log } from '../protocol/log.ts';
import type { FeedMessage, FeedSink } from '../protocol/messages.ts';
import { english, reasonText, type Reason, type Right } from '../protocol/reasons.ts';
import type { Redis } from './client.ts';
import type { Calls } from './library/calls.ts';
import type { LibraryMode } from './library/find.ts';
import type { Live, Wishes } from './live.ts';
import type { MonitorCommand } from './monitor/command.ts';
import type { Past } from './past.ts';
import { redactUrl } from './redact.ts';
import type { ConnectionSettings } from './settings.ts';
import { UserError } from './userError.ts';

/** How long a first sweep may take on a connection that is live, in ms. */
const longestSweep = 60_000;

/** How we name ourselves to agents. */
const observer = 'signalbox';

/** How many leases are ended at once. */
const mostReaped = 100;

/**
 * Owns the one connection there is: which settings it has, and what flows from it into the sink. What a connection needs
 * is loaded with the first.
 */
export class Link implements Disposable {
  readonly #sink: FeedSink;
  readonly #clock: FineClock;
  readonly #log: Log;
  readonly #mode: LibraryMode;
  readonly #passed = new Emitter<FeedMessage>();
  /** Each message, after the sink has taken it. */
  readonly onMessage = this.#passed.event;
  #settings: ConnectionSettings | null = null;
  #skewMs = 0;
  #live: Live | undefined;
  #wishes: Wishes = { watch: false, probe: false, patterns: [] };
  /** Counts connections, so that one that is given up while it is being loaded never begins. */
  #turn = 0;

  /** @param mode whether to put the function library on servers that do not have it, or an older one */
  constructor(sink: FeedSink, clock: FineClock, log: Log, mode: LibraryMode = 'look') {
    this.#sink = sink;
    this.#clock = clock;
    this.#log = log;
    this.#mode = mode;
  }

  /** What we are connected to, or try to be; null when unconfigured. */
  get settings(): ConnectionSettings | null {
    return this.#settings;
  }

  /** By how much the server's clock is ahead of ours; 0 while nobody knows. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Begins to connect, instead of to what was before. Returns at once and never throws: how it goes is told to the sink. */
  connect(settings: ConnectionSettings): void {
    this.#end();
    this.#settings = settings;
    this.#apply({ kind: 'opened', url: redactUrl(settings.url), namespaces: settings.namespaces });
    const turn = this.#turn;
    this.#open(settings, turn).catch((error: unknown) => {
      if (turn !== this.#turn) return;
      this.#apply({ kind: 'connection', state: 'refused', reason: { code: 'other', detail: String(error) } });
    });
  }

  disconnect(): void {
    this.#end();
    this.#settings = null;
    if (this.#wishes.patterns.length > 0) this.#apply({ kind: 'listening', patterns: [], reason: null });
    this.#apply({ kind: 'connection', state: 'unconfigured', reason: null });
  }

  /** Whether anybody looks at locks and queues; they are swept for only then. */
  watch(on: boolean): void {
    this.#wish({ watch: on });
  }

  /** Whether to measure once a second how long a broadcast of our own takes, which `probe` messages tell. */
  probe(on: boolean): void {
    this.#wish({ probe: on });
  }

  /**
   * What to listen to beside the fleet's channels, instead of what was said before: up to 16 patterns of channels. What
   * is heard, and how it goes, is told by `heard`, `dropped` and `listening` messages.
   */
  listen(patterns: readonly string[]): void {
    const wereAny = this.#wishes.patterns.length > 0;
    this.#wish({ patterns: [...patterns] });
    // Otherwise whoever listens tells.
    if (!this.#live || (!wereAny && patterns.length === 0)) {
      this.#apply({ kind: 'listening', patterns: [], reason: null });
    }
  }

  /**
   * Resolves when the picture is whole once after this call: live, and each namespace swept (which needs
   * `watch(true)`), as far as this user is allowed to.
   * @throws UserError when the server refuses, or with the last known reason after `ms`
   */
  settled(ms: number): Promise<void> {
    const missing = new Set(this.#settings?.namespaces ?? []);
    let reason: Reason = { code: 'timeout', where: redactUrl(this.#settings?.url ?? '') };
    return new Promise((resolve, reject) => {
      const end = (failure?: Reason): void => {
        listener.dispose();
        timer.dispose();
        if (failure) reject(new UserError(failure));
        else resolve();
      };
      let isLive = false;
      // A live server with a huge key space takes its time for the first sweep, which is not the network's fault.
      let timer = this.#clock.after(ms, () => {
        if (isLive) timer = this.#clock.after(longestSweep, () => end(reason));
        else end(reason);
      });
      const listener = this.#passed.event((message) => {
        if (message.kind === 'connection') isLive = message.state === 'live';
        if (message.kind === 'connection' && message.reason) {
          reason = message.reason;
          if (message.state === 'refused') end(reason);
        } else if (message.kind === 'swept') {
          missing.delete(message.ns);
          if (missing.size === 0) end();
        }
      });
    });
  }

  /**
   * Sends a text on a channel and says how many subscribers it reached.
   * @throws UserError when there is no connection or the server refuses
   */
  async publish(channel: string, payload: string): Promise<number> {
    if (!this.#live) throw new UserError({ code: 'closed' });
    return this.#live.feed.asking.publish(channel, payload);
  }

  /**
   * The function library's calls in a namespace.
   * @throws UserError when there is no connection
   */
  calls(ns: string): Calls {
    if (!this.#live) throw new UserError({ code: 'closed' });
    return this.#live.feed.asking.calls(ns);
  }

  /**
   * Sets what the agents of a namespace have to obey, in ms, and takes out what is null.
   * @throws UserError when there is no connection or the server refuses
   */
  async configure(ns: string, fields: ReadonlyMap<string, number | null>): Promise<void> {
    if (!this.#live) throw new UserError({ code: 'closed' });
    return this.#live.feed.asking.configure(ns, fields);
  }

  /**
   * One of the numbers that the agents of a namespace have to obey; null where nobody has said it.
   * @throws UserError when there is no connection or the server refuses
   */
  async obeyed(ns: string, name: string): Promise<number | null> {
    if (!this.#live) throw new UserError({ code: 'closed' });
    return this.#live.feed.asking.obeyed(ns, name);
  }

  /**
   * A piece of a namespace's history, backwards: up to 1,000 entries that are older than the number `before`, or than
   * where an earlier piece says that it goes on (`next`); from the end where that is null.
   * @throws UserError when there is no connection or the server refuses
   */
  async past(ns: string, before: number | string | null, count: number): Promise<Past> {
    if (!this.#live) throw new UserError({ code: 'closed' });
    return this.#live.feed.asking.past(ns, before, count);
  }

  /**
   * What `act` makes of the client that is connected; see `Asking.act`. Long work has to go in small steps, since what is shown
   * is read by the same client.
   * @throws UserError when there is no connection, or the server refuses, which names `right`
   */
  async act<T>(ns: string, right: Right, act: (client: Redis) => Promise<T>, also: readonly string[] = []): Promise<T> {
    if (!this.#live) throw new UserError({ code: 'closed' });
    return this.#live.feed.asking.act(ns, right, act, also);
  }

  /**
   * Shows the commands that the server is given, but for those by which we only look whether it is there: for ten seconds
   * or 20,000 commands at most, and until it is disposed. `ended` is called once, later than this call, with the reason;
   * with null when it was disposed, or another one began.
   */
  monitor(sink: (command: MonitorCommand) => void, ended: (reason: Reason | null) => void): Disposable {
    if (this.#live) return this.#live.monitor(sink, ended);
    queueMicrotask(() => ended({ code: 'closed' }));
    return { dispose: () => undefined };
  }

  /**
   * Ends leases that are over and wakes who waits for them, in these namespaces: nothing in Redis does it by itself.
   * What fails is tried again by whoever asks next.
   */
  async reap(namespaces: readonly string[]): Promise<void> {
    try {
      for (const ns of namespaces) await this.calls(ns).reap(mostReaped);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }

  /**
   * Puts a message of the supervisor's own into inboxes, as far as this user may. Repeating it with the same id does nothing, and
   * what fails is left: others may tell it, and nobody waits for it.
   */
  async tell({ ns, to, id, text }: { ns: string; to: readonly string[]; id: string; text: string }): Promise<void> {
    try {
      for (const agent of to) await this.calls(ns).send(observer, agent, id, text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#log.warn(`A message to ${to.join(', ')} could not be sent: ${reasonText(error.reason, english)}`);
    }
  }

  /** Resolves when every broadcast that the server sent us before this call has been applied, or cannot be any more. */
  async caughtUp(): Promise<void> {
    await this.#live?.feed.caughtUp();
  }

  dispose(): void {
    this.#end();
    this.#passed.dispose();
  }

  async #open(settings: ConnectionSettings, turn: number): Promise<void> {
    const { Live } = await import('./live.ts');
    if (turn !== this.#turn) return;
    this.#live = new Live(settings, (message) => this.#apply(message), this.#clock, this.#log, this.#mode);
    this.#live.start(this.#wishes);
  }

  #end(): void {
    this.#turn++;
    this.#live?.dispose();
    this.#live = undefined;
  }

  #wish(wishes: Partial<Wishes>): void {
    this.#wishes = { ...this.#wishes, ...wishes };
    this.#live?.wish(this.#wishes);
  }

  #apply(message: FeedMessage): void {
    if (message.kind === 'opened') this.#skewMs = 0;
    if (message.kind === 'clock') this.#skewMs = message.skewMs ?? 0;
    this.#sink.apply(message);
    this.#passed.fire(message);
  }
}
