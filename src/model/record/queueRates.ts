import type { Queue } from '../picture.ts';

/** Over how long a rate is taken, in ms. */
const window = 60_000;
/** A queue that is known for less is taken to be known for this long, in ms. */
const shortest = 1_000;

/** Looks at a namespace that are further apart than this, in ms, and than thrice those before, have a gap between them. */
const gap = 5_000;

interface Rate {
  readonly ns: string;
  since: number;
  waiting: number;
  /** Decreases of the last minute: when, and by how much. */
  log: { readonly at: number; sum: number }[];
}

/**
 * How fast queues become shorter. What comes and goes between two looks at a queue is not seen. By how much one became
 * shorter while nobody looked is left out, as nobody knows when that was: after a gap its rate begins anew.
 */
export class QueueRates {
  readonly #rates = new Map<string, Rate>();
  /** When the queues of each namespace were last looked at, and how long that was after the time before. */
  readonly #looks = new Map<string, { readonly at: number; readonly after: number }>();

  /** Takes note of how long a queue is, and returns by how much it became shorter since the last look. */
  follow({ key, ns, waiting }: Pick<Queue, 'key' | 'ns' | 'waiting'>, now: number): number {
    const known = this.#rates.get(key);
    if (!known) {
      this.#rates.set(key, { ns, since: now, waiting, log: [] });
      return 0;
    }
    const done = Math.max(0, known.waiting - waiting);
    known.waiting = waiting;
    if (done === 0 || !this.#isSeen(ns, now)) return 0;
    const last = known.log.at(-1);
    // A second at a time, so that a minute has at most sixty.
    if (last && now - last.at < 1_000 && now >= last.at) last.sum += done;
    else known.log.push({ at: now, sum: done });
    if (known.log.length > 120) known.log = this.#lately(known, now);
    return done;
  }

  /** All queues of a namespace were looked at, and those followed that are of another length than before. */
  looked(ns: string, now: number): void {
    const last = this.#looks.get(ns);
    if (!this.#isSeen(ns, now)) {
      for (const known of this.#rates.values()) {
        if (known.ns !== ns) continue;
        known.since = now;
        known.log = [];
      }
    }
    this.#looks.set(ns, { at: now, after: last ? now - last.at : 0 });
  }

  /** What happens from now to the next look is not seen. */
  lostSight(): void {
    this.#looks.clear();
  }

  /** By how much a queue became shorter in a second, over the last minute. */
  perSecond(key: string, now: number): number {
    const known = this.#rates.get(key);
    if (!known) return 0;
    known.log = this.#lately(known, now);
    const sum = known.log.reduce((total, each) => total + each.sum, 0);
    const knownFor = now - known.since;
    return (sum * 1_000) / (knownFor > shortest ? Math.min(window, knownFor) : shortest);
  }

  forget(key: string): void {
    this.#rates.delete(key);
  }

  clear(): void {
    this.#rates.clear();
    this.#looks.clear();
  }

  /** Whether the last look at a namespace is not too long ago for the next one to tell what happens. */
  #isSeen(ns: string, now: number): boolean {
    const last = this.#looks.get(ns);
    return last !== undefined && now - last.at <= Math.max(gap, 3 * last.after);
  }

  #lately({ log }: Rate, now: number): Rate['log'] {
    return log.filter(({ at }) => now - at < window).slice(-60);
  }
}
