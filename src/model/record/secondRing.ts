import { longestRange, type Second } from '../../protocol/panel/picture.ts';
import { noConflicts, Tally } from './tally.ts';

/** How things stand at the end of a second. */
export type Gauges = Pick<Second, 'isLive' | 'agents' | 'claims' | 'you' | 'queued' | 'oldestMs'>;

/** A second that is not over yet. */
export class OpenSecond extends Tally {
  /** When it began, in ms. */
  readonly at: number;
  /** By how much queues became shorter. */
  done = 0;

  constructor(at: number) {
    super();
    this.at = at;
  }

  /** How it ended. */
  close(gauges: Gauges): Second {
    const { at, messages, done, conflicts } = this;
    return { at, ...gauges, done, messages, conflicts, latency: this.pairs() };
  }
}

/** A clock set back by less than this, in ms, is waited for. */
const littleBack = 5_000;
/** Where nobody closed a second for longer than this, in ms, nobody knows how things stood meanwhile. */
const longSleep = 10_000;
/** Seconds that may be open at once where nobody closes them. */
const mostOpen = 60;

const nobody: Gauges = { isLive: false, agents: 0, claims: 0, you: 0, queued: 0, oldestMs: null };
const secondOf = (ms: number): number => Math.floor(ms / 1_000) * 1_000;

/**
 * The last hour's seconds, without holes: one that nobody closed in time, as when the machine was asleep, shows nothing
 * that happened and the gauges as they were last known, and after a while is not live.
 */
export class SecondRing {
  #closed: Second[] = [];
  #open: OpenSecond[] = [];
  /** When the first second begins that is not closed. */
  #next: number;
  #gauges = nobody;
  #first: number;

  constructor(now: number) {
    this.#next = this.#first = secondOf(now);
  }

  /** The ended ones, oldest first. */
  get closed(): readonly Second[] {
    return this.#closed;
  }

  /** Those that go on. */
  get open(): readonly OpenSecond[] {
    return this.#open;
  }

  /** How many seconds are recorded, also those that are no longer kept; the one at hand is one of them. */
  get age(): number {
    return Math.max(1, (this.#next - this.#first) / 1_000 + 1);
  }

  /** The second that a time is in; the nearest open one where that is over. */
  at(now: number): OpenSecond {
    const at = Math.max(secondOf(now), this.#next);
    const last = this.#open.at(-1);
    if (last && last.at >= at) return last;
    if (this.#open.length >= mostOpen) this.#closeUntil(at, this.#gauges);
    const second = new OpenSecond(at);
    this.#open.push(second);
    return second;
  }

  /**
   * Closes the seconds that are over and returns their number.
   * @param gauges how things stand now
   */
  close(now: number, gauges: Gauges): number {
    const at = secondOf(now);
    const before = this.#next;
    this.#closeUntil(at, gauges);
    this.#gauges = gauges;
    return Math.max(0, this.#next - before) / 1_000;
  }

  /** Whether the clock was set back so far that what was recorded lies in its future. */
  isAhead(now: number): boolean {
    return secondOf(now) < this.#next - littleBack;
  }

  /** Forgets what lies in the future of a time; what goes on goes on then. */
  setBack(now: number): void {
    const at = secondOf(now);
    this.#closed = this.#closed.filter((second) => second.at < at);
    this.#open = [];
    this.#next = at;
    this.#first = Math.min(this.#first, at);
  }

  clear(now: number): void {
    this.#closed = [];
    this.#open = [];
    this.#gauges = nobody;
    this.#next = this.#first = secondOf(now);
  }

  #closeUntil(end: number, gauges: Gauges): void {
    if (end <= this.#next) return;
    // Of a longer sleep only the last hour would be kept.
    const from = Math.max(this.#next, end - longestRange * 1_000);
    const over = new Map<number, OpenSecond>();
    for (const second of this.#open) if (second.at < end) over.set(second.at, second);
    const between = end - from > longSleep ? { ...this.#gauges, isLive: false } : this.#gauges;
    for (let at = from; at < end; at += 1_000) {
      const last = at + 1_000 >= end ? gauges : between;
      this.#closed.push(over.get(at)?.close(last) ?? this.#empty(at, last));
    }
    this.#open = this.#open.filter((second) => second.at >= end);
    this.#next = end;
    if (this.#closed.length > longestRange) this.#closed = this.#closed.slice(-longestRange);
  }

  #empty(at: number, gauges: Gauges): Second {
    return { at, ...gauges, done: 0, messages: 0, conflicts: noConflicts(), latency: [[], [], [], []] };
  }
}
