/**
 * Histograms with logarithmic buckets, which can be merged: a percentile of an hour is that of its seconds' histograms
 * added up, and never a mean of percentiles. The buckets are those of DDSketch (Masson, Rim, Lee: "DDSketch: a fast and
 * fully-mergeable quantile sketch", PVLDB 12(12), 2019): each is wider than the one before by the same ratio, so that
 * any value of a bucket is within {@link accuracy} of its middle.
 */

/** How far a percentile may be from the exact one, as a part of it. */
export const accuracy = 0.01;

const ratio = (1 + accuracy) / (1 - accuracy);
const logRatio = Math.log(ratio);
/** Upper bound of the first bucket in ms: what is faster is told as this. */
const least = 0.001;
/** Number of the last bucket, in which an hour is; what is slower is told as that. */
export const lastBucket = Math.ceil(Math.log(3_600_000 / least) / logRatio);

/** The number of the bucket that a duration in ms is in, from 0 to {@link lastBucket}. */
export function bucketOf(ms: number): number {
  if (!(ms > least)) return 0;
  return Math.min(lastBucket, Math.ceil(Math.log(ms / least) / logRatio));
}

/** What a value of a bucket is told as, in ms. */
export function valueOf(bucket: number): number {
  return bucket === 0 ? least : (2 * least * ratio ** bucket) / (ratio + 1);
}

/** The bounds of a bucket in ms: above the first, up to the second. */
export function boundsOf(bucket: number): [above: number, upTo: number] {
  return [bucket === 0 ? 0 : least * ratio ** (bucket - 1), least * ratio ** bucket];
}

/** Buckets and their counts, one after the other: `[bucket, count, bucket, count, …]`. Each bucket at most once. */
export type Pairs = readonly number[];

/** Counts of durations by bucket. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** How many durations there are. */
  get total(): number {
    return this.#total;
  }

  /** How many buckets are in use. */
  get size(): number {
    return this.#counts.size;
  }

  /** Adds a duration in ms. */
  add(ms: number): void {
    this.#put(bucketOf(ms), 1);
  }

  merge(pairs: Pairs): void {
    for (let i = 0; i + 1 < pairs.length; i += 2) this.#put(pairs[i]!, pairs[i + 1]!);
  }

  /** Adds all durations of another. */
  include(other: Histogram): void {
    for (const [bucket, count] of other.#counts) this.#put(bucket, count);
  }

  clear(): void {
    this.#counts.clear();
    this.#total = 0;
  }

  /** Ordered by bucket. */
  pairs(): number[] {
    return [...this.#counts].sort(([a], [b]) => a - b).flat();
  }

  /**
   * The duration in ms below which this part (0 to 1) of all are, by the nearest rank; null where there are none.
   */
  quantile(part: number): number | null {
    return this.quantiles([part])[0]!;
  }

  /** As {@link quantile}, of several parts in rising order. */
  quantiles(parts: readonly number[]): (number | null)[] {
    if (this.#total === 0) return parts.map(() => null);
    const pairs = this.pairs();
    let i = 0;
    let seen = pairs[1]!;
    return parts.map((part) => {
      const rank = Math.max(1, Math.ceil(part * this.#total));
      while (seen < rank && i + 3 < pairs.length) {
        i += 2;
        seen += pairs[i + 1]!;
      }
      return valueOf(pairs[i]!);
    });
  }

  #put(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }
}
