import type { FineClock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { Log } from '../protocol/log.ts';
import type { FeedMessage } from '../protocol/messages.ts';
import type { Reason } from '../protocol/reasons.ts';
import { Feed } from './feed.ts';
import { HealthPoller } from './health/poller.ts';
import type { LibraryMode } from './library/find.ts';
import { Listener } from './listening/listener.ts';
import type { MonitorCommand } from './monitor/command.ts';
import { Monitor } from './monitor/monitor.ts';
import type { ConnectionSettings } from './settings.ts';

/** What is asked of a connection beside the feed; it may change at any time. */
export interface Wishes {
  /** Whether anybody looks at locks and queues. */
  readonly watch: boolean;
  /** Whether to measure how long a broadcast takes. */
  readonly probe: boolean;
  /** What to listen to beside the fleet's channels. */
  readonly patterns: readonly string[];
}

const lost: Reason = { code: 'monitor-over', why: 'lost', limit: 0 };

/** One server as long as we are to be connected to it: the feed, and what is asked for beside it. */
export class Live implements Disposable {
  readonly feed: Feed;
  readonly #settings: ConnectionSettings;
  readonly #clock: FineClock;
  readonly #emit: (message: FeedMessage) => void;
  readonly #health: HealthPoller;
  #isWatched = false;
  #isLive = false;
  #patterns: readonly string[] | undefined;
  #listener: Listener | undefined;
  #monitor: Monitor | undefined;

  /** Nothing happens before {@link start}. */
  constructor(
    settings: ConnectionSettings,
    emit: (message: FeedMessage) => void,
    clock: FineClock,
    log: Log,
    mode: LibraryMode,
  ) {
    this.#settings = settings;
    this.#clock = clock;
    this.#emit = emit;
    this.feed = new Feed(settings, { apply: (message) => this.#pass(message) }, clock, log, mode);
    this.#health = new HealthPoller(
      clock,
      settings.namespaces,
      (act) => this.feed.asking.act(settings.namespaces[0] ?? '', 'keys', act),
      (health) => this.#pass({ kind: 'health', health }),
    );
  }

  /** Begins to connect; returns at once and never throws. */
  start(wishes: Wishes): void {
    this.feed.start();
    this.wish(wishes);
  }

  wish({ watch, probe, patterns }: Wishes): void {
    this.feed.sweeper.watch(watch);
    this.feed.probe.watch(probe);
    this.#isWatched = watch;
    this.#health.watch(watch && this.#isLive);
    if (patterns === this.#patterns) return;
    this.#patterns = patterns;
    if (this.#listener) this.#listener.listen(patterns);
    else if (patterns.length > 0) {
      this.#listener = new Listener(this.#settings, this.#clock, this.#emit);
      this.#listener.setLive(this.#isLive);
      this.#listener.listen(patterns);
    }
  }

  /** As `Link.monitor`. */
  monitor(sink: (command: MonitorCommand) => void, ended: (reason: Reason | null) => void): Disposable {
    this.#monitor?.dispose();
    this.#monitor = new Monitor(this.#settings, this.#clock, {
      sink: (command) => {
        if (!this.feed.isOwnLook(command)) sink(command);
      },
      ended,
    });
    return this.#monitor;
  }

  dispose(): void {
    this.feed.dispose();
    this.#health.dispose();
    this.#listener?.dispose();
    this.#monitor?.end(lost);
  }

  #pass(message: FeedMessage): void {
    this.#emit(message);
    if (message.kind !== 'connection') return;
    this.#isLive = message.state === 'live';
    this.#listener?.setLive(this.#isLive);
    this.#health.watch(this.#isWatched && this.#isLive);
  }
}
