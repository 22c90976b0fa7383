import { setTimeout as delay } from 'node:timers/promises';
import { startLocalServer } from '../../src/redis/localServer.ts';
import { BareRedis } from '../support/bareRedis.ts';
import { atMost, type Bench, type Figure, quantile } from '../support/figures.mts';
import { LoadProcess } from '../support/loadProcess.mts';
import { loadAverage } from '../support/machine.mts';
import { say } from '../support/progress.mts';
import { ensureRedis } from '../support/redisBinary.mts';
import { microseconds } from '../support/sentStamp.ts';
import type { KeysSeen, Looks } from './load/keyWatcher.ts';

const foreign = 100_000;
const [boundMs, boundPingMs, boundScanMs, boundLoopMs] = [50, 10, 5, 20];
/** So many locks are set and deleted, so long apart in ms. */
const [toldCount, toldApart] = [500, [5, 40]] as const;
const [sweptCount, sweptApart] = [120, [50, 300]] as const;
const sweeps = 20;
const quietMs = 20_000;

interface Rounds {
  readonly writes: number[];
  readonly deletes: number[];
}

/**
 * A supervisor watches keys beside 100,000 of others: with the server's word of what changes, and by sweeps alone. How soon is a
 * plain client's write or delete in its picture, what do its sweeps cost another client and itself, and what is the server given
 * while nobody looks.
 */
export const bench: Bench = {
  about:
    'keys beside 100,000 foreign ones: from a write to the picture, with and without notifications, and what sweeps cost',
  async run() {
    const { server: binary } = await ensureRedis();
    const redis = await startLocalServer({ binary, args: ['--enable-debug-command', 'yes'] });
    const [watcher] = (await LoadProcess.start('test/bench/load/keyWatcher.ts')) as [LoadProcess];
    const client = await BareRedis.open(redis.port);
    const flags = (text: string): Promise<unknown> => client.call('CONFIG', 'SET', 'notify-keyspace-events', text);
    try {
      await client.call('DEBUG', 'POPULATE', foreign, 'foreign');
      await watcher.ask('open', { url: redis.url, ns: '' });
      await flags('KA');
      await watcher.ask('until', 'live');
      say('with notifications');
      const told = await rounds(client, watcher, toldCount, toldApart);
      await flags('');
      await watcher.ask('until', 'sweep');
      say('without');
      await watcher.ask('take');
      const swept = await rounds(client, watcher, sweptCount, sweptApart, (seen) => gaps.push(...gapsOf(seen.sweeps)));
      const looks = await watcher.ask<Looks>('looks');
      say('what sweeps cost');
      await client.call('CONFIG', 'RESETSTAT');
      const other = await BareRedis.open(redis.port);
      const loops: Loop[] = [];
      const [idle, during, keys]: [number[][], number[][], number[][]] = [[], [], []];
      for (let i = 0; i < sweeps; i++) {
        idle.push(await pings(client, delay(300)));
        const swept = watcher.ask<Loop>('sweep');
        during.push(await pings(client, swept));
        loops.push(await swept);
        keys.push(await pings(client, other.call('KEYS', '*:queue')));
      }
      other.close();
      const scan = percentiles(String(await client.call('INFO', 'latencystats')), 'scan');
      say('nobody looks');
      const quiet = await given(client, watcher);
      return figures({ told, swept, looks, idle, during, keys, scan, loops, quiet });
    } finally {
      client.close();
      watcher.stop();
      await redis.stop();
    }
  },
};

const gaps: number[] = [];
const gapsOf = (times: readonly number[]): number[] => times.slice(1).map((time, i) => (time - times[i]!) / 1_000);
const within = ([least, most]: readonly [number, number]): number => least + Math.random() * (most - least);

/** Sets locks and deletes them, and answers how long each took to be in the picture, in ms. */
async function rounds(
  client: BareRedis,
  watcher: LoadProcess,
  count: number,
  apart: readonly [number, number],
  onSeen: (seen: KeysSeen) => void = () => undefined,
): Promise<Rounds> {
  const [set, deleted] = [new Map<string, number>(), new Map<string, number>()];
  const names = Array.from({ length: count }, (_, i) => `src/file-${String(i)}-${String(Date.now())}.ts`);
  const { everyMs } = await watcher.ask<Looks>('looks');
  const seenSoon = async (): Promise<void> => delay(everyMs > 10_000 ? 1_000 : 2.5 * everyMs + 1_000);
  for (const name of names) {
    set.set(name, microseconds());
    await client.call('SET', `lock:${name}`, 'an agent', 'PX', 600_000);
    await delay(within(apart));
  }
  await seenSoon();
  for (const name of names) {
    deleted.set(name, microseconds());
    await client.call('DEL', `lock:${name}`);
    await delay(within(apart));
  }
  await seenSoon();
  const seen = await watcher.ask<KeysSeen>('take');
  onSeen(seen);
  const took = (at: Map<string, number>, done: Map<string, number>): number[] =>
    names.map((name) => ((done.get(name) ?? Infinity) - at.get(name)!) / 1_000);
  return { writes: took(set, seen.came), deletes: took(deleted, seen.went) };
}

/** How long another client's PING takes, one after the other, while something goes on; ms. */
async function pings(client: BareRedis, work: Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  let isOver = false;
  const ended = work.then(() => (isOver = true));
  while (!isOver) {
    const began = performance.now();
    await client.call('PING');
    took.push(performance.now() - began);
  }
  await ended;
  return took;
}

/** How long the server itself took for a command, p50 and p99, in ms. */
function percentiles(stats: string, command: string): [number, number] {
  const found = new RegExp(`^latency_percentiles_usec_${command}:p50=([\\d.]+),p99=([\\d.]+)`, 'm').exec(stats);
  return [Number(found?.[1]) / 1_000, Number(found?.[2]) / 1_000];
}

/** Which commands the server is given while nobody looks, and how often: GET asks for the number of the last change. */
async function given(client: BareRedis, watcher: LoadProcess): Promise<Map<string, number>> {
  await watcher.ask('watch', false);
  await delay(1_000);
  await client.call('CONFIG', 'RESETSTAT');
  await delay(quietMs);
  const stats = String(await client.call('INFO', 'commandstats'));
  const calls = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(
    ([, name = '', times]) => [name, Number(times)] as const,
  );
  return new Map(calls.filter(([name]) => name !== 'config|resetstat'));
}

interface Loop {
  readonly p99: number;
  readonly max: number;
}

interface Measured {
  readonly told: Rounds;
  readonly swept: Rounds;
  readonly looks: Looks;
  readonly idle: readonly number[][];
  readonly during: readonly number[][];
  readonly keys: readonly number[][];
  /** p50 and p99. */
  readonly scan: readonly [number, number];
  readonly loops: readonly Loop[];
  readonly quiet: ReadonlyMap<string, number>;
}

function figures({ told, swept, looks, idle, during, keys, scan, loops, quiet }: Measured): Figure[] {
  const spread = (values: readonly number[]): string =>
    [0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(1)).join(', ');
  const worst = (values: readonly number[]): number => quantile(values, 1);
  const worsts = (each: readonly number[][]): string =>
    `median ${quantile(each.map(worst), 0.5).toFixed(1)}, of all ${quantile(each.flat(), 1).toFixed(1)}`;
  const ofTold = [...told.writes, ...told.deletes];
  const ofSwept = [...swept.writes, ...swept.deletes];
  const gap = quantile(gaps, 1);
  const kept = [...quiet].map(([name, times]) => `${String(times)} ${name}`).join(', ');
  const isQuiet = [...quiet.keys()].every((name) => ['ping', 'time', 'get'].includes(name));
  return [
    { name: 'keys of others', value: foreign.toLocaleString('en') },
    { name: 'told: writes, p50, p99, slowest', value: `${spread(told.writes)} ms` },
    { name: 'told: deletes', value: `${spread(told.deletes)} ms` },
    atMost('  p99 of both', quantile(ofTold, 0.99), boundMs, 'ms'),
    { name: 'swept: interval as the views name it', value: `${(looks.everyMs / 1_000).toFixed(0)} s` },
    { name: '  between two sweeps, at most', value: `${(gap / 1_000).toFixed(1)} s` },
    { name: 'swept: writes and deletes, p50, p99, slowest', value: `${spread(ofSwept)} ms` },
    // One that comes behind the sweep's back waits for the rest of this one, the interval, and the next.
    atMost('  slowest, of interval and two sweeps', quantile(ofSwept, 1) / (2 * gap - looks.everyMs), 1, 'times', 2),
    { name: 'another client’s PING, its worst while idle', value: `${worsts(idle)} ms` },
    { name: `  while a sweep goes on, of ${String(sweeps)} in turn`, value: `${worsts(during)} ms` },
    atMost('  median of these', quantile(during.map(worst), 0.5), boundPingMs, 'ms'),
    { name: '  while one KEYS goes on', value: `${worsts(keys)} ms` },
    { name: 'a SCAN of a sweep, by the server’s own clock, p50', value: `${scan[0].toFixed(2)} ms` },
    atMost('  p99', scan[1], boundScanMs, 'ms', 2),
    atMost(
      'event loop delay in a sweep, p99, median of all',
      quantile(
        loops.map(({ p99 }) => p99),
        0.5,
      ),
      boundLoopMs,
      'ms',
    ),
    { name: '  longest', value: `${Math.max(...loops.map(({ max }) => max)).toFixed(1)} ms` },
    {
      name: `nobody looks for ${String(quietMs / 1_000)} s: commands given`,
      value: kept,
      bound: { text: 'keep-alive only', holds: isQuiet },
    },
    loadAverage(),
  ];
}
