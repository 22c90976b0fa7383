import { startLocalServer } from '../../src/redis/localServer.ts';
import { atMost, type Bench, type Figure, quantile } from '../support/figures.mts';
import { LoadProcess } from '../support/loadProcess.mts';
import { loadAverage } from '../support/machine.mts';
import { say } from '../support/progress.mts';
import { ensureRedis } from '../support/redisBinary.mts';
import { fetchRedisPy } from '../support/redisPy.mts';
import type { PublisherRound, PublisherSeen } from './load/publisher.ts';
import { PythonReader } from './load/pythonReader.mts';
import type { Delays } from './load/supervisor.ts';

/** So many messages a second, and how much longer than the bare socket ours may take. */
const rates = [
  { perSecond: 60, bound: 1.5, ms: 3_000 },
  { perSecond: 1_000, bound: 2, ms: 2_000 },
];
const rounds = 5;
/** Before that all are run in, since what is rarely run is not yet compiled: so long, at the higher rate. */
const runInMs = 4_000;
const ns = 'bench:';
/** Where the library's own broadcasts go to a bare socket: what is more than that is the supervisor's part. */
const bareNs = 'heard:';
const bareChannel = 'bare:agent:state:sync';

/** What was measured in one way: the delays in ms of each round. */
type Measured = number[][];

/**
 * One publisher sends at an even pace, to one of four readers in turn. A supervisor and a bare socket hear what the library
 * broadcasts; another bare socket and the broadcast article's own subscriber hear a PUBLISH of a text as long. All are
 * processes of their own.
 */
export const bench: Bench = {
  about: 'from sending to the supervisor’s picture, beside a bare socket and the article’s Python subscriber',
  async run() {
    await fetchRedisPy();
    const { server: binary } = await ensureRedis();
    const redis = await startLocalServer({ binary });
    const names = ['publisher', 'supervisor', 'bareReader', 'bareReader'];
    const processes = (
      await Promise.all(names.map((name) => LoadProcess.start(`test/bench/load/${name}.ts`)))
    ).flat() as [LoadProcess, LoadProcess, LoadProcess, LoadProcess];
    const [publisher, supervisor, heard, bare] = processes;
    const python = PythonReader.start(redis.port);
    try {
      await publisher.ask('open', { port: redis.port });
      await supervisor.ask('open', { url: redis.url, ns });
      await heard.ask('open', { port: redis.port, channel: `${bareNs}agent:state:sync` });
      await bare.ask('open', { port: redis.port, channel: bareChannel });
      const readers = new Readers(publisher, { supervisor, heard, bare, python });
      const figures: Figure[] = [{ name: 'rounds', value: `${String(rounds)} of each, in turn` }];
      if (!python)
        figures.push({ name: 'article’s Python subscriber', value: 'NOT RUN: no python3 here has redis-py' });
      await readers.turn(1_000, runInMs, false);
      for (const rate of rates) figures.push(...(await compare(readers, rate)));
      return [...figures, loadAverage()];
    } finally {
      python?.stop();
      for (const process of processes) process.stop();
      await redis.stop();
    }
  },
};

type Reader = 'publish' | 'claim' | 'heard' | 'bare' | 'python';

interface Listeners {
  readonly supervisor: LoadProcess;
  readonly heard: LoadProcess;
  readonly bare: LoadProcess;
  readonly python: PythonReader | undefined;
}

class Readers {
  readonly #publisher: LoadProcess;
  readonly #readers: Listeners;

  constructor(publisher: LoadProcess, readers: Listeners) {
    this.#publisher = publisher;
    this.#readers = readers;
  }

  /** One round of each, and what each saw. */
  async turn(perSecond: number, ms: number, backwards: boolean): Promise<Partial<Record<Reader, number[]>>> {
    const seen: Partial<Record<Reader, number[]>> = {};
    const send = async (way: PublisherRound['way']): Promise<void> => {
      const question: PublisherRound = { way, perSecond, ms };
      const { failures } = await this.#publisher.ask<PublisherSeen>('round', question);
      if (failures.length > 0) throw new Error(`Calls failed: ${failures.join('; ')}`);
    };
    const steps = [
      async () => {
        await send({ kind: 'library', ns });
        Object.assign(seen, await this.#readers.supervisor.ask<Delays>('takeDelays'));
      },
      async () => {
        await send({ kind: 'library', ns: bareNs });
        seen.heard = await this.#readers.heard.ask<number[]>('takeDelays');
      },
      async () => {
        await send({ kind: 'plain', channel: bareChannel });
        seen.bare = await this.#readers.bare.ask<number[]>('takeDelays');
      },
      async () => {
        if (!this.#readers.python) return;
        await send({ kind: 'plain', channel: 'agent:state:sync' });
        seen.python = await this.#readers.python.takeDelays();
      },
    ];
    for (const step of backwards ? steps.toReversed() : steps) await step();
    return seen;
  }
}

async function compare(readers: Readers, { perSecond, bound, ms }: (typeof rates)[number]): Promise<Figure[]> {
  const measured: Record<Reader, Measured> = { publish: [], claim: [], heard: [], bare: [], python: [] };
  for (let round = 0; round < rounds; round++) {
    const seen = await readers.turn(perSecond, ms, round % 2 === 1);
    for (const [reader, delays] of Object.entries(seen) as [Reader, number[]][]) measured[reader].push(delays);
  }
  const rate = `${String(perSecond)} a second`;
  const lines: [Reader, string][] = [
    ['publish', 'state, by the library'],
    ['claim', 'claim, by the library'],
    ['heard', 'state, by the library, to a bare socket'],
    ['bare', 'bare socket, PUBLISH'],
    ['python', 'article’s subscriber, PUBLISH'],
  ];
  const shown = lines.filter(([reader]) => measured[reader].length > 0);
  say(`${rate}: ${shown.map(([reader]) => `${reader} ${inMs(measured[reader], 0.5)}`).join(', ')}`);
  const states = measured.publish;
  const ours = states.map((delays, i) => [...delays, ...(measured.claim[i] ?? [])]);
  return [
    ...shown.map(([reader, words]) => ({ name: `${rate}, ${words}`, value: spread(measured[reader]) })),
    atMost(`${rate}, ours to bare socket, p50`, ratio(ours, measured.bare), bound, 'times', 2),
    {
      name: `${rate}, our states to those at a bare socket`,
      value: `${ratio(states, measured.heard).toFixed(2)} times`,
    },
    ...(measured.python.length > 0
      ? [{ name: `${rate}, ours to article’s, p50`, value: `${ratio(ours, measured.python).toFixed(2)} times` }]
      : []),
  ];
}

/** Of the medians of rounds that were neighbours in time, the median ratio. */
function ratio(of: Measured, to: Measured): number {
  const medians = (measured: Measured): number[] => measured.map((delays) => quantile(delays, 0.5));
  const [ours, theirs] = [medians(of), medians(to)];
  const ratios = ours.map((median, i) => median / (theirs[i] ?? NaN));
  return quantile(ratios, 0.5);
}

const inMs = (measured: Measured, share: number): string => quantile(measured.flat(), share).toFixed(2);

function spread(measured: Measured): string {
  return `p50 ${inMs(measured, 0.5)}, p99 ${inMs(measured, 0.99)} ms of ${measured.flat().length.toLocaleString('en')}`;
}
