/**
 * Seconds merged into the columns of a chart. Counts are added, gauges are those of the last second that is known, and percentiles
 * are those of all durations of the column together: a mean of percentiles would be a number of nothing.
 */
import { Histogram } from '../../src/protocol/histogram.ts';
import { conflictKinds, latencySeries, type LatencySeries, type Second } from '../../src/protocol/panel/picture.ts';

/** Of how many seconds a column may be. */
const steps = [1, 2, 5, 10, 15, 30, 60] as const;

/** The least number of seconds to merge so that there are at most this many columns; a minute where none is enough. */
export function stepFor(seconds: number, most: number): number {
  return steps.find((step) => seconds / step <= most) ?? 60;
}

/** 50th, 95th and 99th percentile in ms; all null where nothing was measured. */
export type Percentiles = readonly [p50: number | null, p95: number | null, p99: number | null];
const parts = [0.5, 0.95, 0.99];
export const percentilesOf = (histogram: Histogram): Percentiles =>
  histogram.quantiles(parts) as unknown as Percentiles;

/** What happened in `step` seconds, of which only some may have been told, or the connection live. */
export class Column {
  /** When it begins, in ms: a multiple of its length. */
  readonly at: number;
  /** When it ends, in ms. */
  readonly end: number;
  readonly seconds: readonly [Second, ...Second[]];
  /** In how many of them the connection was live: where in none, nothing is known of the column. */
  readonly live: number;
  /** How things stood at its end, as far as is known. */
  readonly last: Second;
  readonly messages: number;
  readonly done: number;
  /** By kind, in the order of {@link conflictKinds}. */
  readonly conflicts: readonly number[];
  readonly #histograms: (Histogram | undefined)[] = [];
  readonly #percentiles: (Percentiles | undefined)[] = [];

  constructor(at: number, step: number, seconds: readonly [Second, ...Second[]]) {
    this.at = at;
    this.end = at + step * 1_000;
    this.seconds = seconds;
    this.live = sum(seconds, ({ isLive }) => Number(isLive));
    this.last = seconds.findLast(({ isLive }) => isLive) ?? seconds[seconds.length - 1]!;
    this.messages = sum(seconds, (second) => second.messages);
    this.done = sum(seconds, (second) => second.done);
    this.conflicts = conflictKinds.map((_, kind) => sum(seconds, (second) => second.conflicts[kind] ?? 0));
  }

  get middle(): number {
    return (this.at + this.end) / 2;
  }

  /** All durations of a series. Merged when first asked for; not to be changed. */
  histogram(series: LatencySeries): Histogram {
    const index = latencySeries.indexOf(series);
    return (this.#histograms[index] ??= merged(this.seconds, index));
  }

  percentiles(series: LatencySeries): Percentiles {
    const index = latencySeries.indexOf(series);
    return (this.#percentiles[index] ??= percentilesOf(this.histogram(series)));
  }
}

function sum(seconds: readonly Second[], what: (second: Second) => number): number {
  return seconds.reduce((total, second) => total + what(second), 0);
}

function merged(seconds: readonly Second[], series: number): Histogram {
  const histogram = new Histogram();
  for (const second of seconds) histogram.merge(second.latency[series] ?? []);
  return histogram;
}

/**
 * The columns of a range, oldest first. A second more makes only the last column anew; those that did not change stay the
 * same objects. The first is a whole one: what is left of one that the range has half passed would be no count to compare.
 */
export class Columns {
  #step = 1;
  #all: Column[] = [];

  get all(): readonly Column[] {
    return this.#all;
  }

  /** Of how many seconds a column is. */
  get step(): number {
    return this.#step;
  }

  /** Takes those of the seconds (oldest first) whose columns begin at `earliest` or later. */
  update(seconds: readonly Second[], earliest: number): void {
    const from = this.#beginOf(earliest + this.#step * 1_000 - 1);
    const first = seconds.findIndex((second) => second.at >= from);
    const known = this.#knownUpTo(seconds);
    if (first < 0) this.#all = [];
    else if (known < first) this.#build(seconds.slice(first));
    else {
      const gone = this.#all.findIndex((column) => column.at >= from);
      this.#all.splice(0, gone);
      // Told anew from the front, as when more of the past became known.
      if (this.#all[0]?.seconds[0] === seconds[first]) this.#append(seconds.slice(known + 1));
      else this.#build(seconds.slice(first));
    }
  }

  /** The same seconds in columns of another length. */
  regroup(step: number): void {
    if (step === this.#step) return;
    const seconds = this.#all.flatMap((column) => column.seconds);
    this.#step = step;
    this.#build(seconds);
  }

  /** The index of the newest second that is in a column already; -1 where other seconds were told instead. */
  #knownUpTo(seconds: readonly Second[]): number {
    const newest = this.#all.at(-1)?.seconds.at(-1);
    return newest === undefined ? -1 : seconds.lastIndexOf(newest);
  }

  #build(seconds: readonly Second[]): void {
    this.#all = [];
    this.#append(seconds);
  }

  #append(seconds: readonly Second[]): void {
    for (let i = 0; i < seconds.length;) {
      const at = this.#beginOf(seconds[i]!.at);
      const end = at + this.#step * 1_000;
      const group: Second[] = this.#all.at(-1)?.at === at ? [...this.#all.pop()!.seconds] : [];
      while (i < seconds.length && seconds[i]!.at < end) group.push(seconds[i++]!);
      this.#all.push(new Column(at, this.#step, group as [Second, ...Second[]]));
    }
  }

  #beginOf(at: number): number {
    const length = this.#step * 1_000;
    return Math.floor(at / length) * length;
  }
}

/** The index of the column that a moment is in, else that of the nearest one; -1 where there are none. */
export function indexAt(columns: readonly Column[], at: number): number {
  let low = 0;
  let high = columns.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle]!.end <= at) low = middle + 1;
    else high = middle;
  }
  return high < 0 ? -1 : low;
}

/** The column that a moment is in, if it is in one. */
export function columnAt(columns: readonly Column[], at: number | null): Column | undefined {
  if (at === null) return undefined;
  const column = columns[indexAt(columns, at)];
  return column !== undefined && column.at <= at && at < column.end ? column : undefined;
}
