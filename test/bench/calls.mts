import { startLocalServer } from '../../src/redis/localServer.ts';
import { atLeast, type Bench, type Figure, quantile } from '../support/figures.mts';
import { LoadProcess } from '../support/loadProcess.mts';
import { loadAverage } from '../support/machine.mts';
import { say } from '../support/progress.mts';
import { ensureRedis } from '../support/redisBinary.mts';
import type { CallerRound, CallerSeen, Way } from './load/caller.ts';

const rounds = 15;
const roundMs = 700;
const warmUpMs = 1_000;
const bound = 0.85;
const ways: readonly Way[] = ['calls', 'bare', 'pipeline'];

/**
 * One process and one connection for each way; a claim and its release, one after the other, on a file that nobody else
 * wants. The ways take turns, and each round's ratio is of neighbours in time.
 */
export const bench: Bench = {
  about: 'claims a second through the library’s calls, beside the same FCALL over a bare socket and plain writes',
  async run() {
    const { server: binary } = await ensureRedis();
    const redis = await startLocalServer({ binary });
    const [caller] = (await LoadProcess.start('test/bench/load/caller.ts')) as [LoadProcess];
    try {
      await caller.ask('open', { url: redis.url, port: redis.port });
      const figures: Figure[] = [
        { name: 'a claim is', value: 'claim and release of one free file, 1 connection' },
        { name: 'rounds', value: `${String(rounds)} of ${String(roundMs)} ms each, in turn` },
      ];
      for (const inFlight of [1, 50]) figures.push(...(await compare(caller, inFlight)));
      return [...figures, loadAverage()];
    } finally {
      caller.stop();
      await redis.stop();
    }
  },
};

async function compare(caller: LoadProcess, inFlight: number): Promise<Figure[]> {
  const rates: Record<Way, number[]> = { calls: [], bare: [], pipeline: [] };
  const measure = async (way: Way, ms: number): Promise<number> => {
    const seen = await caller.ask<CallerSeen>('round', { way, inFlight, ms } satisfies CallerRound);
    return (seen.pairs * 1000) / seen.ms;
  };
  for (const way of ways) await measure(way, warmUpMs);
  for (let round = 0; round < rounds; round++) {
    // Who comes first alternates, so that none always follows the same neighbour.
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) rates[way].push(await measure(way, roundMs));
  }
  say(`${String(inFlight)} in flight: ${ways.map((way) => `${way} ${perSecond(rates[way])}`).join(', ')}`);
  const label = `${String(inFlight)} in flight`;
  const ratio = (to: Way): number =>
    quantile(
      rates.calls.map((rate, i) => rate / (rates[to][i] ?? NaN)),
      0.5,
    );
  return [
    { name: `${label}, through the calls`, value: `${perSecond(rates.calls)} a second` },
    { name: `${label}, bare socket`, value: `${perSecond(rates.bare)} a second` },
    { name: `${label}, plain writes in a pipeline`, value: `${perSecond(rates.pipeline)} a second` },
    atLeast(`${label}, calls to bare socket`, ratio('bare'), bound, '', 2),
    { name: `${label}, calls to plain writes`, value: ratio('pipeline').toFixed(2) },
  ];
}

function perSecond(rates: readonly number[]): string {
  const [median, low, high] = [quantile(rates, 0.5), Math.min(...rates), Math.max(...rates)];
  return `${median.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`;
}
