import type { Clock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { FeedSink } from '../protocol/messages.ts';
import type { Reason, Right } from '../protocol/reasons.ts';
import type { Redis } from './client.ts';
import { isForbidden, missingRight } from './rights.ts';
import type { ConnectionSettings } from './settings.ts';
import { LockNews, type Observe } from './lockNews.ts';
import { sweep, sweepLimits, type Memory } from './sweep.ts';

const interval = 1_000;
/** A sweep rests ten times as long as it took, so that a huge key space costs the server a tenth of its time at most. */
const restFactor = 10;

/**
 * Sweeps once a second while somebody watches and there is a connection. Sweeps never overlap.
 */
export class Sweeper implements Disposable {
  readonly #settings: ConnectionSettings;
  readonly #sink: FeedSink;
  readonly #clock: Clock;
  readonly #reason: (error: unknown) => Reason;
  readonly #news: LockNews;
  #client: Redis | undefined;
  readonly #memory: Memory = new Map();
  #watching = false;
  #running = false;
  /** Whether the last sweep failed for another reason than a right that is missing. */
  #failed = false;
  #timer: Disposable | undefined;

  /**
   * @param tools what an error means, and who wants to know of locks that came or went (which may fail quietly)
   */
  constructor(
    settings: ConnectionSettings,
    sink: FeedSink,
    clock: Clock,
    tools: { reason: (error: unknown) => Reason; observe: Observe },
  ) {
    this.#settings = settings;
    this.#sink = sink;
    this.#clock = clock;
    this.#reason = tools.reason;
    this.#news = new LockNews(tools.observe);
  }

  /** There is a live connection. */
  use(client: Redis): void {
    this.#client = client;
    // It was the connection that failed; whether this one does is not known yet.
    if (this.#failed) this.#mended();
    this.#wake();
  }

  /** The connection is gone; what was seen stays until it is back. */
  stop(): void {
    this.#client = undefined;
    this.#timer?.dispose();
  }

  watch(on: boolean): void {
    if (on === this.#watching) return;
    this.#watching = on;
    if (on) this.#wake();
    else this.#timer?.dispose();
  }

  dispose(): void {
    this.#watching = false;
    this.stop();
  }

  #wake(): void {
    this.#timer?.dispose();
    if (this.#running || !this.#watching || !this.#client) return;
    this.#running = true;
    void this.#run(this.#client).then((rest) => {
      this.#running = false;
      // The connection may have been replaced meanwhile; the new one wants its sweep at once.
      this.#timer?.dispose();
      if (this.#watching && this.#client) this.#timer = this.#clock.after(rest, () => this.#wake());
    });
  }

  /** One sweep; returns the ms to rest after it. Never rejects: what fails is said, and tried again. */
  async #run(client: Redis): Promise<number> {
    const started = performance.now();
    try {
      const seen = await sweep(client, this.#settings.namespaces, this.#memory);
      if (client !== this.#client) return 0;
      for (const { ns, locks, locksComplete, queues, queuesComplete, keys, keysComplete } of seen) {
        this.#told('locks', ns, locks !== null);
        this.#told('queues', ns, queues !== null);
        this.#told('values', ns, keys !== null);
        if (locks) this.#sink.apply({ kind: 'locks', ns, locks, complete: locksComplete });
        if (queues) this.#sink.apply({ kind: 'queues', ns, queues, complete: queuesComplete });
        if (keys) this.#sink.apply({ kind: 'keys', ns, keys, complete: keysComplete });
        this.#cut(`${ns}keys-cut`, keysComplete ? null : { code: 'too-many', what: 'keys', limit: sweepLimits.keys });
        this.#cut(
          `${ns}locks-cut`,
          locksComplete ? null : { code: 'too-many', what: 'locks', limit: sweepLimits.locks },
        );
        this.#cut(
          `${ns}queues-cut`,
          queuesComplete ? null : { code: 'too-many', what: 'queues', limit: sweepLimits.queues },
        );
        this.#sink.apply({ kind: 'swept', ns });
      }
      this.#mended();
      for (const { ns, locks, locksComplete } of seen) if (locks) await this.#news.tell(ns, locks, locksComplete);
    } catch (error) {
      if (client !== this.#client) return 0;
      if (isForbidden(error)) {
        this.#told('keys', '', false);
        for (const ns of this.#settings.namespaces) this.#sink.apply({ kind: 'swept', ns });
      } else {
        const reason = this.#reason(error);
        // A lost connection is the feed's to tell.
        if (reason.code !== 'closed') {
          this.#failed = true;
          this.#sink.apply({ kind: 'trouble', what: 'keys', reason });
        }
      }
    }
    return Math.max(interval, (performance.now() - started) * restFactor);
  }

  #mended(): void {
    this.#failed = false;
    this.#sink.apply({ kind: 'trouble', what: 'keys', reason: null });
  }

  #cut(what: string, reason: Reason | null): void {
    this.#sink.apply({ kind: 'trouble', what, reason });
  }

  #told(what: Right, ns: string, allowed: boolean): void {
    const reason = allowed ? null : missingRight(what, ns, this.#settings);
    this.#sink.apply({ kind: 'trouble', what: ns + what, reason });
  }
}
