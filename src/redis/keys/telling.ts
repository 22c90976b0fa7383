import type { FeedMessage, FeedSink } from '../../protocol/messages.ts';
import type { Reason, Right } from '../../protocol/reasons.ts';
import { isForbidden, missingRight } from '../rights.ts';
import type { ConnectionSettings } from '../settings.ts';
import { sweepLimits, type Swept } from '../sweep.ts';
import type { KeyNews } from './keyNews.ts';

/** Tells what sweeps bring, and what is in their way. */
export class SweepTelling {
  readonly #settings: ConnectionSettings;
  readonly #sink: FeedSink;
  readonly #reason: (error: unknown) => Reason;
  /** Whether the last sweep failed for another reason than a right that is missing. */
  #failed = false;
  #looks = '';

  /** @param reason what an error means */
  constructor(settings: ConnectionSettings, sink: FeedSink, reason: (error: unknown) => Reason) {
    this.#settings = settings;
    this.#sink = sink;
    this.#reason = reason;
  }

  /** There is a new connection. It was the one before that failed; whether this one does is not known yet. */
  anew(): void {
    this.#looks = '';
    if (this.#failed) this.#mended();
  }

  swept(all: readonly Swept[]): void {
    for (const swept of all) this.#tell(swept);
    this.#mended();
  }

  #tell({ ns, locks, locksComplete, queues, queuesComplete, keys, keysComplete }: Swept): void {
    this.#allowed('locks', ns, locks !== null);
    this.#allowed('queues', ns, queues !== null);
    this.#allowed('values', ns, keys !== null);
    if (locks) this.#sink.apply({ kind: 'locks', ns, locks, complete: locksComplete });
    if (queues) this.#sink.apply({ kind: 'queues', ns, queues, complete: queuesComplete });
    if (keys) this.#sink.apply({ kind: 'keys', ns, keys, complete: keysComplete });
    const { locks: mostLocks, queues: mostQueues, keys: mostKeys } = sweepLimits;
    this.#trouble(`${ns}keys-cut`, keysComplete ? null : { code: 'too-many', what: 'keys', limit: mostKeys });
    this.#trouble(`${ns}locks-cut`, locksComplete ? null : { code: 'too-many', what: 'locks', limit: mostLocks });
    this.#trouble(`${ns}queues-cut`, queuesComplete ? null : { code: 'too-many', what: 'queues', limit: mostQueues });
    this.#sink.apply({ kind: 'swept', ns });
  }

  failed(error: unknown): void {
    if (isForbidden(error)) {
      this.#allowed('keys', '', false);
      for (const ns of this.#settings.namespaces) this.#sink.apply({ kind: 'swept', ns });
      return;
    }
    const reason = this.#reason(error);
    // A lost connection is the feed's to tell.
    if (reason.code === 'closed') return;
    this.#failed = true;
    this.#trouble('keys', reason);
  }

  #mended(): void {
    this.#failed = false;
    this.#trouble('keys', null);
  }

  #trouble(what: string, reason: Reason | null): void {
    this.#sink.apply({ kind: 'trouble', what, reason });
  }

  #allowed(what: Right, ns: string, allowed: boolean): void {
    this.#trouble(ns + what, allowed ? null : missingRight(what, ns, this.#settings));
  }

  /** How soon changes are seen, where that is another than before. */
  looks({ isOn: notifications, isWhole }: KeyNews, everyMs: number): void {
    const looks = { how: isWhole ? 'live' : 'sweep', everyMs } as const;
    const message: FeedMessage = { kind: 'looks', looks, notifications };
    const told = JSON.stringify(message);
    if (told === this.#looks) return;
    this.#looks = told;
    this.#sink.apply(message);
  }
}
