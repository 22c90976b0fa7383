import type { Queue } from '../picture.ts';

/** Over how long a rate is taken, in ms. */
const window = 60_000;
/** A queue that is known for less is taken to be known for this long, in ms. */
const shortest = 1_000;

interface Rate {
  readonly since: number;
  waiting: number;
  /** Decreases of the last minute: when, and by how much. */
  log: { readonly at: number; sum: number }[];
}

/** How fast queues become shorter. What comes and goes between two looks at a queue is not seen. */
export class QueueRates {
  readonly #rates = new Map<string, Rate>();

  /** Takes note of how long a queue is, and returns by how much it became shorter. */
  follow({ key, waiting }: Queue, now: number): number {
    const known = this.#rates.get(key);
    if (!known) {
      this.#rates.set(key, { since: now, waiting, log: [] });
      return 0;
    }
    const done = Math.max(0, known.waiting - waiting);
    known.waiting = waiting;
    if (done === 0) return 0;
    const last = known.log.at(-1);
    // A second at a time, so that a minute has at most sixty.
    if (last && now - last.at < 1_000 && now >= last.at) last.sum += done;
    else known.log.push({ at: now, sum: done });
    if (known.log.length > 120) known.log = this.#lately(known, now);
    return done;
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
  }

  #lately({ log }: Rate, now: number): Rate['log'] {
    return log.filter(({ at }) => now - at < window).slice(-60);
  }
}
