import type { Clock } from '../../protocol/clock.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import { compareStamps, type Stamp } from '../../protocol/stamp.ts';
import type { Broadcast } from '../broadcasts.ts';
import type { Redis } from '../client.ts';
import type { Calls } from '../library/calls.ts';
import { messageOf, readEntry, readHistory, readSeq, type Entry, type Way } from './history.ts';
import { readSnapshot } from './snapshot.ts';

type Stamped = Extract<Broadcast, { kind: 'stamped' }>;

/** A broadcast that waits, and how many readings had been begun when it came. */
interface Waiting extends Stamped {
  readings: number;
}

/** What waits while the history is read. Beyond it the newest are dropped, and read from the history. */
const mostWaiting = 10_000;
/** A history is another one at most this often, in ms: anybody can make it look so, and each time all is read anew. */
const divergedRest = 1_000;
/** Of how many looks one looks even where something came, which may have been anybody's. */
const lookAnyhow = 5;
/** How many old numbers are looked up at once; beyond that nobody believes them. */
const mostLookedUp = 100;
/** Of how many changes the time is remembered, to know a broadcast that comes late. */
const remembered = 4_096;

/**
 * Follows the history of one namespace: hands on what the library tells, each change once and in order, whatever the
 * subscription loses. Where that cannot be, because history was trimmed or is another one, it says so with a snapshot.
 *
 * A broadcast that is next in line is believed at once. One that is not makes the history be read, which then has the
 * last word: what it does not confirm is handed on as a plain broadcast. One reading goes on at a time.
 */
export class Course {
  readonly #ns: string;
  readonly #emit: (message: FeedMessage) => void;
  readonly #clock: Clock;
  #link: { client: Redis; calls: Calls } | undefined;
  /** The last that was handed on; null before the first snapshot. */
  #at: Stamp | null = null;
  /** Times of the changes that were handed on lately, by number. */
  readonly #times = new Map<number, number>();
  #waiting: Waiting[] = [];
  #work: Promise<void> | undefined;
  #readings = 0;
  /** Whether anything numbered came since the last look at the number. */
  #quiet = true;
  #looks = 0;
  #divergedAt = -Infinity;

  constructor(ns: string, emit: (message: FeedMessage) => void, clock: Clock) {
    this.#ns = ns;
    this.#emit = emit;
    this.#clock = clock;
  }

  /** Whether it follows: a snapshot was taken. */
  get follows(): boolean {
    return this.#at !== null;
  }

  /** There is a connection. */
  use(client: Redis, calls: Calls): void {
    this.#link = { client, calls };
  }

  /**
   * Begins or goes on to follow, once the subscription is confirmed. Resolves when what was missed has been handed on.
   * @throws the client's error; UserError when the library or a right is missing
   */
  async start(): Promise<void> {
    // A reading that was begun on the connection before this one is about to fail.
    await this.#work?.catch(() => undefined);
    await this.#read();
  }

  /** The connection is gone. What waits is in the history as well, or was never true. */
  stop(): void {
    this.#link = undefined;
    this.#waiting = [];
  }

  /** A broadcast that says to be the library's. */
  take(broadcast: Stamped): void {
    this.#quiet = false;
    if (this.#work || !this.#at || !this.#link) {
      this.#wait(broadcast);
      if (this.#link && !this.#work) this.#readQuietly();
      return;
    }
    if (this.#isNext(broadcast.stamp)) this.#handOn(broadcast.stamp, broadcast.told, 'live');
    else if (!this.#isKnown(broadcast.stamp)) {
      this.#wait(broadcast);
      this.#readQuietly();
    }
  }

  /** Where nothing came since the last call, asks whether something should have. To be called now and then. */
  async look(): Promise<void> {
    const wasQuiet = this.#quiet;
    this.#quiet = true;
    const isDue = wasQuiet || ++this.#looks % lookAnyhow === 0;
    if (!isDue || !this.#link || !this.#at || this.#work) return;
    const seq = await readSeq(this.#link.client, this.#ns);
    if (seq !== this.#at.seq) await this.#read();
  }

  #wait(broadcast: Stamped): void {
    if (this.#waiting.length < mostWaiting) this.#waiting.push({ ...broadcast, readings: this.#readings });
  }

  #isNext({ seq, sub }: Stamp): boolean {
    const at = this.#at!;
    return sub === 0 ? seq === at.seq + 1 : seq === at.seq && sub === at.sub + 1;
  }

  /** Whether a broadcast only repeats what was handed on. */
  #isKnown(stamp: Stamp): boolean {
    if (compareStamps(stamp, this.#at!) > 0) return false;
    // Those without a number are told once each; which one it was is not worth remembering.
    return stamp.sub > 0 || this.#times.get(stamp.seq) === stamp.atUs;
  }

  #readQuietly(): void {
    // A lost connection is told by the connection itself, and what this reading would have found is found after it.
    this.#read().catch(() => undefined);
  }

  #read(): Promise<void> {
    return (this.#work ??= this.#readAll().finally(() => {
      this.#work = undefined;
      // Without the library nothing can be the library's.
      if (!this.#at) for (const broadcast of this.#waiting.splice(0)) this.#emit(broadcast.plain());
    }));
  }

  async #readAll(): Promise<void> {
    do {
      const link = this.#link;
      if (!link) return;
      if (this.#at) await this.#catchUp(link.client, link.calls);
      else await this.#begin(link.calls, null);
      await this.#judge(link.client, link.calls);
    } while (this.#waiting.length > 0);
  }

  async #begin(calls: Calls, word: 'trimmed' | 'diverged' | null): Promise<void> {
    if (word === 'diverged') await this.#rest();
    this.#readings++;
    const { stamp, message, others } = await readSnapshot(calls, this.#ns, word);
    this.#at = stamp;
    this.#times.clear();
    this.#times.set(stamp.seq, stamp.atUs);
    for (const other of others) this.#emit(other);
    this.#emit(message);
  }

  async #rest(): Promise<void> {
    const left = this.#divergedAt + divergedRest - this.#clock.now();
    if (left > 0) await new Promise<void>((resolve) => void this.#clock.after(left, resolve));
    this.#divergedAt = this.#clock.now();
  }

  /** Hands on what the history has beyond the last that was; a snapshot where it does not have that one any more. */
  async #catchUp(client: Redis, calls: Calls): Promise<void> {
    const from = this.#at!;
    let recovered = 0;
    let isFirst = true;
    for await (const page of readHistory(client, this.#ns, from.seq, () => this.#readings++)) {
      for (const { stamp, told } of page) {
        const at = this.#at!;
        if (isFirst) {
          isFirst = false;
          // Before the first change there is no entry that could be compared.
          if (stamp.seq === from.seq && stamp.sub === 0) {
            if (stamp.atUs !== from.atUs) return this.#begin(calls, 'diverged');
            continue;
          }
          if (from.seq > 0) return this.#begin(calls, await this.#whyGone(client));
        }
        if (compareStamps(stamp, at) <= 0) continue;
        if (stamp.sub === 0 && stamp.seq !== at.seq + 1) return this.#begin(calls, 'trimmed');
        const wasHeard = this.#waiting.some((each) => isSame(each.stamp, stamp));
        if (!wasHeard && stamp.sub === 0) recovered++;
        this.#handOn(stamp, told, wasHeard ? 'held' : 'recovered');
      }
    }
    if (isFirst && from.seq > 0) return this.#begin(calls, await this.#whyGone(client));
    if (recovered > 0) {
      this.#emit({ kind: 'recovered', ns: this.#ns, from: this.#at!.seq - recovered + 1, to: this.#at!.seq });
    }
  }

  /** Why the last change that was handed on is not in the history: cut off its end, or never there. */
  async #whyGone(client: Redis): Promise<'trimmed' | 'diverged'> {
    return (await readSeq(client, this.#ns)) >= this.#at!.seq ? 'trimmed' : 'diverged';
  }

  /** Deals with what came while the history was read. */
  async #judge(client: Redis, calls: Calls): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const times = new Map<number, number | undefined>();
    const timeOf = async (seq: number): Promise<number | undefined> => {
      if (!times.has(seq) && times.size < mostLookedUp) {
        times.set(seq, (await readEntry(client, this.#ns, seq))?.stamp.atUs);
      }
      return times.get(seq);
    };
    for (const broadcast of waiting) {
      const { stamp } = broadcast;
      if (this.#isKnown(stamp)) continue;
      if (this.#isNext(stamp) && broadcast.readings === this.#readings) {
        this.#handOn(stamp, broadcast.told, 'held');
      } else if (compareStamps(stamp, this.#at!) > 0) {
        // It came before the last page was asked for, which would have had it.
        if (broadcast.readings < this.#readings) this.#emit(broadcast.plain());
        else this.#waiting.push(broadcast);
      } else {
        const isTrue = (await timeOf(stamp.seq)) === stamp.atUs;
        // The number that we know otherwise is that of another history, or what we believed was not true.
        const isOurs = isTrue && this.#times.get(stamp.seq) === undefined && stamp.atUs <= this.#at!.atUs;
        if (!isTrue) this.#emit(broadcast.plain());
        else if (!isOurs) await this.#begin(calls, 'diverged');
      }
    }
  }

  #handOn(stamp: Stamp, told: Entry['told'], way: Way): void {
    const { seq, sub, atUs } = stamp;
    // The time is always that of the number, which the history is asked for.
    this.#at = sub === 0 ? stamp : { ...stamp, atUs: this.#at!.atUs };
    if (sub === 0) {
      this.#times.set(seq, atUs);
      if (this.#times.size > remembered) this.#times.delete(this.#times.keys().next().value!);
    }
    this.#emit(messageOf(this.#ns, { stamp, told }, way));
  }
}

const isSame = (a: Stamp, b: Stamp): boolean => a.seq === b.seq && a.sub === b.sub && a.atUs === b.atUs;
