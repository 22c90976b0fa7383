/** Between two sweeps at least, and at most; where the server tells changes at least so long. All in ms. */
const [least, most, leastWhenTold] = [1_000, 300_000, 30_000];
/** Of so many keys a sweep is worth a second's rest. */
const keysPerSecond = 25_000;
/** A sweep rests so many times as long as it took. */
const restFactor = 10;

/**
 * How long to rest after a sweep, in ms: a second for each 25,000 keys of the database, ten times as long as it took (so that it
 * has a tenth of the server's time at most), and never less than a second, or 30 where it is only a safety net. In steps, since
 * people read it.
 */
export function restAfter({ keys, tookMs, isTold }: { keys: number; tookMs: number; isTold: boolean }): number {
  const wanted = Math.max((keys / keysPerSecond) * 1_000, tookMs * restFactor, isTold ? leastWhenTold : least);
  const step = wanted <= 10_000 ? 1_000 : wanted <= 60_000 ? 5_000 : 30_000;
  return Math.min(Math.ceil(wanted / step) * step, most);
}
