/** Durations by ranges that each are a fixed part of an octave, so that rows are equally high on a logarithmic axis. */
import { type Histogram, lastBucket, valueOf } from '../../src/protocol/histogram.ts';
import type { LatencySeries } from '../../src/protocol/panel/picture.ts';
import type { Column } from './columns.ts';
import { rangeBounds } from './scales.ts';

/** Ranges in an octave, finest first: what gives no more rows than there is room for is taken. */
const finenesses = [4, 2, 1, 0.5, 0.25] as const;
const finest = finenesses[0];

/** Which of the finest rows a bucket is in, by the value that it is told as. */
const rowOfBucket = Int16Array.from({ length: lastBucket + 1 }, (_, bucket) =>
  Math.floor(Math.log2(valueOf(bucket)) * finest),
);

/** Rows and their counts by rising row, one after the other. */
type Rows = readonly number[];
const rowsOf = new WeakMap<Histogram, Rows>();

/** A histogram in the finest rows. Found once for each histogram, which must not change any more. */
function finestRows(histogram: Histogram): Rows {
  const known = rowsOf.get(histogram);
  if (known !== undefined) return known;
  const rows: number[] = [];
  const pairs = histogram.pairs();
  for (let i = 0; i < pairs.length; i += 2) {
    const row = rowOfBucket[pairs[i]!]!;
    if (rows.at(-2) === row) rows[rows.length - 1]! += pairs[i + 1]!;
    else rows.push(row, pairs[i + 1]!);
  }
  rowsOf.set(histogram, rows);
  return rows;
}

/** Counts of durations by column and row. */
export interface Heat {
  /** Rows of an octave. */
  readonly fineness: number;
  /** Number of the lowest row: it begins at 2^(lowest / fineness) ms. */
  readonly lowest: number;
  readonly rows: number;
  /** Column by column, each from its lowest row up. */
  readonly counts: Uint32Array;
  /** The largest of them. */
  readonly most: number;
}

/** Null where nothing was measured. */
export function heatOf(columns: readonly Column[], series: LatencySeries, mostRows: number): Heat | null {
  const all = columns.map((column) => finestRows(column.histogram(series)));
  let low = Infinity;
  let high = -Infinity;
  for (const rows of all) {
    if (rows.length === 0) continue;
    low = Math.min(low, rows[0]!);
    high = Math.max(high, rows.at(-2)!);
  }
  if (low > high) return null;
  const fineness = finenesses.find((f) => at(high, f) - at(low, f) < mostRows) ?? finenesses[finenesses.length - 1]!;
  const lowest = at(low, fineness);
  const rows = at(high, fineness) - lowest + 1;
  const counts = new Uint32Array(all.length * rows);
  let most = 0;
  for (const [column, pairs] of all.entries()) {
    for (let i = 0; i < pairs.length; i += 2) {
      const index = column * rows + at(pairs[i]!, fineness) - lowest;
      counts[index]! += pairs[i + 1]!;
      most = Math.max(most, counts[index]!);
    }
  }
  return { fineness, lowest, rows, counts, most };
}

/** The coarser row that one of the finest is in. */
function at(row: number, fineness: number): number {
  return Math.floor((row * fineness) / finest);
}

/** How many durations lie in a range of ms. */
export interface Bar {
  readonly from: number;
  readonly upTo: number;
  readonly count: number;
}

/**
 * A histogram in at most this many bars between round durations, also those in which nothing is.
 * @param span reaches from the first bar to the last: the same for histograms that are to be compared
 */
export function barsOf(histogram: Histogram, most: number, span = histogram): Bar[] {
  const ends = span.pairs();
  if (ends.length === 0) return [];
  const bounds = rangeBounds(valueOf(ends[0]!), valueOf(ends.at(-2)!), most);
  const bars = bounds.slice(1).map((upTo, i) => ({ from: bounds[i]!, upTo, count: 0 }));
  const pairs = histogram.pairs();
  for (let i = 0; i < pairs.length; i += 2) {
    const value = valueOf(pairs[i]!);
    const bar = bars.find(({ upTo }) => value < upTo) ?? bars[bars.length - 1]!;
    bar.count += pairs[i + 1]!;
  }
  return bars;
}

/** How strong a cell is drawn, from 0 (nothing) to 1 (the most): by the logarithm, so that a few are seen beside many. */
export function strength(count: number, most: number): number {
  if (count === 0) return 0;
  return most <= 1 ? 1 : 0.25 + 0.75 * (Math.log(count) / Math.log(most));
}
