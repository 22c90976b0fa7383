import { Histogram } from '../../src/protocol/histogram.ts';

/** How far the percentiles of one distribution are from the exact ones. */
export interface Percentiles {
  readonly name: string;
  readonly recorded: number;
  /** Exact ones by the nearest rank, and those of the merged histograms, in ms. */
  readonly exact: readonly number[];
  readonly told: readonly number[];
  /** The greatest distance as a part of the exact one. */
  readonly error: number;
}

const parts = [0.5, 0.95, 0.99];
/** As many seconds as an hour has are recorded apart, and merged. */
const seconds = 3_600;

/** Latencies as they come, each in ms. Made from numbers from 0 to 1. */
const distributions: Record<string, (random: () => number) => number> = {
  lognormal: (random) => Math.exp(0.7 + 0.9 * normal(random)),
  bimodal: (random) => (random() < 0.93 ? 0.8 + 0.2 * normal(random) ** 2 : 180 + 25 * normal(random) ** 2),
  'heavy tail': (random) => 0.3 / (1 - random()) ** (1 / 1.2),
  constant: () => 4.2,
};

/** Records this many durations of each distribution in histograms of a second, merges them, and compares. */
export function measurePercentiles(count = 1_000_000, seed = 1): Percentiles[] {
  return Object.entries(distributions).map(([name, draw], i) => {
    const random = generator(seed + i);
    const all = new Float64Array(count);
    const histograms = Array.from({ length: seconds }, () => new Histogram());
    for (let n = 0; n < count; n++) {
      all[n] = Math.min(draw(random), 3_600_000);
      histograms[n % seconds]!.add(all[n]!);
    }
    const merged = new Histogram();
    for (const histogram of histograms) merged.merge(histogram.pairs());
    all.sort();
    const exact = parts.map((part) => all[Math.ceil(part * count) - 1]!);
    const told = merged.quantiles(parts).map((value) => value ?? Number.NaN);
    const error = Math.max(...exact.map((value, at) => Math.abs(told[at]! - value) / value));
    return { name, recorded: merged.total, exact, told, error };
  });
}

/** The worst of all. */
export const worstError = (all: readonly Percentiles[]): number => Math.max(...all.map(({ error }) => error));

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Of the normal distribution, by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
