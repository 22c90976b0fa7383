import { latencySeries, longestRange, type Second } from '../../protocol/panel/picture.ts';
import { noConflicts, Tally } from './tally.ts';

export interface SeriesLimits {
  /** Agents that have a series. */
  readonly agents: number;
  /** Buckets in use, in all seconds of all series. */
  readonly pairs: number;
}

/** One who was heard within this time, in ms, keeps its place from those who come. */
const heardLately = 60_000;
/** What goes at once where there is too much, in seconds. */
const step = 60;

interface Series {
  readonly key: string;
  /** In seconds since the first; before it what there was is not kept. */
  from: number;
  heard: number;
  open: { readonly at: number; readonly tally: Tally } | null;
  /**
   * Ended seconds in which something happened, one after the other: when, how many numbers follow, broadcasts, and then
   * lists, each after its length: kinds of conflicts with their counts, and each series' buckets with theirs. Small whole
   * numbers in one array take a fraction of what an object for each second would.
   */
  log: number[];
  pairs: number;
}

/** What one agent did in a second: the part of a {@link Second} that is its own. */
export type Own = Pick<Second, 'messages' | 'conflicts' | 'latency'>;

/**
 * What each agent did, second by second. Where there are more agents than are kept, the one unheard for longest goes, and
 * nobody comes while all were heard lately; where there is more of them, what is oldest goes.
 */
export class AgentSeries {
  readonly #limits: SeriesLimits;
  /** Longest unheard first. */
  readonly #series = new Map<string, Series>();
  /** In ms; times are counted from here in seconds, so that they are small. */
  readonly #zero: number;
  #pairs = 0;
  /** The last second of which something was not kept of somebody who has no series, or had none. */
  #lost = -Infinity;
  /** Whom somebody looks at: it always has a place. */
  #watched: string | null = null;
  #version = 0;

  constructor(zero: number, limits: SeriesLimits = { agents: 64, pairs: 400_000 }) {
    this.#zero = Math.floor(zero / 1_000) * 1_000;
    this.#limits = limits;
  }

  get keys(): Iterable<string> {
    return this.#series.keys();
  }

  /** Changes with the set of {@link keys}. */
  get version(): number {
    return this.#version;
  }

  /** Buckets in use. */
  get pairs(): number {
    return this.#pairs;
  }

  /** Where to count what an agent does in the second that begins at `ms`; undefined where there is no place for it. */
  of(key: string, ms: number): Tally | undefined {
    const at = this.#secondOf(ms);
    const series = this.#series.get(key) ?? this.#admit(key, at);
    if (!series) return undefined;
    // One after the other: moving it to the end each time would cost more than the counting.
    if (series.heard < at) {
      series.heard = at;
      this.#series.delete(key);
      this.#series.set(key, series);
    }
    if (series.open && series.open.at >= at) return series.open.tally;
    this.#end(series);
    series.open = { at, tally: new Tally() };
    return series.open.tally;
  }

  /** Sees to it that an agent has a place, for as long as it is the last that this was asked for. */
  watch(key: string, ms: number): void {
    this.#watched = key;
    if (!this.#series.has(key)) this.#admit(key, this.#secondOf(ms));
  }

  /** Before this time, in ms, what an agent did is not known. */
  knownFrom(key: string): number {
    const from = this.#series.get(key)?.from ?? this.#lost + 1;
    return this.#zero + from * 1_000;
  }

  /** What an agent did, by the beginnings of seconds in ms from `from` on. */
  since(key: string, from: number): Map<number, Own> {
    const found = new Map<number, Own>();
    const series = this.#series.get(key);
    if (!series) return found;
    for (const { at, start } of records(series.log)) {
      const ms = this.#zero + at * 1_000;
      if (ms >= from) found.set(ms, read(series.log, start));
    }
    const { open } = series;
    if (open) {
      const { messages, conflicts } = open.tally;
      found.set(this.#zero + open.at * 1_000, { messages, conflicts: [...conflicts], latency: open.tally.pairs() });
    }
    return found;
  }

  /** Lets time pass: what is older than the longest range goes. */
  tick(ms: number): void {
    const oldest = this.#secondOf(ms) - longestRange;
    for (const series of this.#series.values()) {
      if (series.log.length > 0 && series.log[0]! < oldest - step) this.#cut(series, oldest);
      if (series.heard >= oldest || series.key === this.#watched) continue;
      this.#remove(series);
    }
  }

  /** What lies in the future of a time is of no use: the clock was set back. */
  setBack(ms: number): void {
    this.clear();
    this.#lost = this.#secondOf(ms) - 1;
  }

  clear(): void {
    this.#series.clear();
    this.#pairs = 0;
    this.#lost = -Infinity;
    this.#version++;
  }

  #secondOf(ms: number): number {
    return Math.floor((ms - this.#zero) / 1_000);
  }

  #admit(key: string, at: number): Series | undefined {
    if (this.#series.size >= this.#limits.agents) {
      const first = this.#longestUnheard();
      const isBusy = first === undefined || at - first.heard < heardLately / 1_000;
      if (isBusy && key !== this.#watched) {
        this.#lost = Math.max(this.#lost, at);
        return undefined;
      }
      if (first) this.#remove(first);
      this.#lost = Math.max(this.#lost, first?.heard ?? at);
    }
    const series = { key, from: this.#lost + 1, heard: at, open: null, log: [], pairs: 0 };
    this.#series.set(key, series);
    this.#version++;
    return series;
  }

  #longestUnheard(): Series | undefined {
    for (const series of this.#series.values()) if (series.key !== this.#watched) return series;
    return undefined;
  }

  #remove(series: Series): void {
    this.#series.delete(series.key);
    this.#pairs -= series.pairs;
    this.#version++;
  }

  /** Writes down the second that went on. */
  #end(series: Series): void {
    if (!series.open) return;
    const { at, tally } = series.open;
    series.open = null;
    const latency = tally.pairs();
    const lists = [tally.conflicts.flatMap((count, kind) => (count > 0 ? [kind, count] : [])), ...latency];
    const size = lists.reduce((sum, list) => sum + 1 + list.length, 1);
    series.log.push(at, size, tally.messages);
    for (const list of lists) series.log.push(list.length, ...list);
    const count = latency.reduce((sum, pairs) => sum + pairs.length / 2, 0);
    series.pairs += count;
    this.#pairs += count;
    while (this.#pairs > this.#limits.pairs) this.#cutOldest();
  }

  #cutOldest(): void {
    let oldest: Series | undefined;
    for (const series of this.#series.values()) {
      if (series.log.length > 0 && (!oldest || series.log[0]! < oldest.log[0]!)) oldest = series;
    }
    if (!oldest) return;
    const end = oldest.log[0]! + step;
    this.#cut(oldest, end);
    oldest.from = Math.max(oldest.from, end);
  }

  /** Forgets a series' seconds before one. */
  #cut(series: Series, end: number): void {
    let next = series.log.length;
    let gone = 0;
    for (const { at, start } of records(series.log)) {
      if (at >= end) {
        next = start;
        break;
      }
      gone += read(series.log, start).latency.reduce((sum, pairs) => sum + pairs.length / 2, 0);
    }
    series.log = series.log.slice(next);
    series.pairs -= gone;
    this.#pairs -= gone;
  }
}

function* records(log: readonly number[]): Generator<{ at: number; start: number }> {
  for (let start = 0; start < log.length; start += 2 + log[start + 1]!) yield { at: log[start]!, start };
}

function read(log: readonly number[], start: number): Own {
  let i = start + 3;
  const list = (): number[] => log.slice(i + 1, (i += 1 + log[i]!));
  const conflicts = noConflicts();
  const counts = list();
  for (let k = 0; k < counts.length; k += 2) conflicts[counts[k]!] = counts[k + 1]!;
  return { messages: log[start + 2]!, conflicts, latency: latencySeries.map(list) };
}

export const nothingOwn = (): Own => ({ messages: 0, conflicts: noConflicts(), latency: [[], [], [], []] });
