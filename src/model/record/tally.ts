import { Histogram } from '../../protocol/histogram.ts';
import { conflictKinds, latencySeries, type ConflictKind, type LatencySeries } from '../../protocol/panel/picture.ts';

export const kindIndex = Object.fromEntries(conflictKinds.map((kind, i) => [kind, i])) as Record<ConflictKind, number>;
export const seriesIndex = Object.fromEntries(latencySeries.map((name, i) => [name, i])) as Record<
  LatencySeries,
  number
>;

/** Counts of each kind of conflict, all 0. */
export const noConflicts = (): number[] => conflictKinds.map(() => 0);

/** What is counted while a second lasts, of all or of one agent. */
export class Tally {
  messages = 0;
  readonly conflicts = noConflicts();
  readonly #latency: (Histogram | undefined)[] = [];

  latency(series: LatencySeries, ms: number): void {
    (this.#latency[seriesIndex[series]] ??= new Histogram()).add(ms);
  }

  /** Buckets and counts of each series. */
  pairs(): number[][] {
    return latencySeries.map((_, i) => this.#latency[i]?.pairs() ?? []);
  }
}
