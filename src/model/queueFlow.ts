import type { QueueSeen } from '../protocol/queueSeen.ts';
import { countedOf, figuresOf } from './queueFigures.ts';

/** Over how long is counted, in ms, and from how short a time a rate is not told yet. */
const [span, shortest] = [60_000, 5_000];

/**
 * How much came to a queue and left it within the last minute. Of a stream with consumer groups and of BullMQ the server counts
 * what came, so both are what happened; of a list and of a stream without groups only the length is known, so both are lower
 * bounds: what came and left between two looks is not seen. What happened while nobody looked for a minute counts for nothing,
 * but for a change that the server told of.
 */
export class QueueFlow {
  #since: number;
  #at: number;
  #last: QueueSeen;
  /** A second at a time. */
  #log: { readonly at: number; came: number; left: number }[] = [];

  constructor(seen: QueueSeen, now: number) {
    this.#since = this.#at = now;
    this.#last = seen;
  }

  note(seen: QueueSeen, now: number, isTold: boolean): void {
    const { came, left } = between(this.#last, seen);
    this.#last = seen;
    if (now - this.#at > span && !isTold && (came > 0 || left > 0)) {
      this.#log = [];
      this.#since = now;
    } else if (came > 0 || left > 0) {
      const second = this.#log.at(-1);
      if (second && now - second.at < 1_000) {
        second.came += came;
        second.left += left;
      } else this.#log.push({ at: now, came, left });
    }
    this.#at = now;
    while (this.#log.length > 0 && now - this.#log[0]!.at >= span) this.#log.shift();
  }

  /** Null while it was looked at for less than five seconds. */
  perMinute(now: number): { arrivals: number; departures: number } | null {
    const known = now - this.#since;
    if (known < shortest) return null;
    const lately = this.#log.filter(({ at }) => now - at < span);
    const rate = (of: (second: { came: number; left: number }) => number): number =>
      (lately.reduce((sum, second) => sum + of(second), 0) * span) / Math.min(known, span);
    return { arrivals: rate(({ came }) => came), departures: rate(({ left }) => left) };
  }
}

function between(before: QueueSeen, now: QueueSeen): { came: number; left: number } {
  const [then, counted] = [countedOf(before), countedOf(now)];
  // A number that went down is another queue's of that name.
  if (then !== null && counted !== null && counted.came >= then.came) {
    const came = counted.came - then.came;
    return { came, left: Math.max(0, then.there + came - counted.there) };
  }
  const more = figuresOf(now).waiting - figuresOf(before).waiting;
  return { came: Math.max(0, more), left: Math.max(0, -more) };
}
