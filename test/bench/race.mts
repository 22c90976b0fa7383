import { startLocalServer } from '../../src/redis/localServer.ts';
import { type Bench, type Figure, never } from '../support/figures.mts';
import { LoadProcess } from '../support/loadProcess.mts';
import { loadAverage } from '../support/machine.mts';
import { during } from '../support/progress.mts';
import { ensureRedis } from '../support/redisBinary.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { architectureTable } from './load/architectures.mts';
import type { RacerInput, RacerSeen } from './load/racer.ts';

const agents = 20;
const processes = 4;
const claimsEach = 10_500;
const blindClaimsEach = 500;
const folders = 4;
const ttlMs = 30_000;
const shares = { two: 0.15, folder: 0.03, wait: 0.05, renew: 0.1 };
const seed = 1;

/** Whether the library ever gives one file to two agents, seen by files that only one process can make. */
export const bench: Bench = {
  about: 'adversarial claims with a witness outside of Redis, and conflicts by what agents know of each other',
  async run() {
    const { server: binary } = await ensureRedis();
    const redis = await startLocalServer({ binary });
    const [witness, blindWitness] = [temporaryFolder('witness'), temporaryFolder('witness')];
    const racers = await LoadProcess.start('test/bench/load/racer.ts', processes);
    const pickers = await LoadProcess.start('test/bench/load/picker.ts', processes);
    try {
      const from = performance.now();
      const seen = await during('Claims without a pause', () => race(racers, redis.url, witness.folder));
      const seconds = (performance.now() - from) / 1000;
      const blind = await race(racers, redis.url, blindWitness.folder, { claims: blindClaimsEach, blind: true });
      const table = await architectureTable(pickers, redis.url, seed);
      return [...raceFigures(seen, seconds), controlFigure(blind), ...table, loadAverage()];
    } finally {
      for (const process of [...racers, ...pickers]) process.stop();
      await redis.stop();
      witness.remove();
      blindWitness.remove();
    }
  },
};

async function race(
  racers: readonly LoadProcess[],
  url: string,
  witness: string,
  control: Partial<RacerInput> = {},
): Promise<RacerSeen[]> {
  const files = Array.from({ length: agents }, (_, i) => `part-${String(i % folders)}/file-${String(i)}.ts`);
  const each = agents / processes;
  const names = (at: number): string[] => Array.from({ length: each }, (_, i) => `agent-${String(at * each + i)}`);
  const common = {
    url,
    ns: `race-${String(control.blind ?? false)}:`,
    files,
    witness,
    claims: claimsEach,
    ttlMs,
    shares,
  };
  return Promise.all(
    racers.map((racer, at) => {
      const input: RacerInput = { ...common, agents: names(at), seed: seed + at * 1_000, ...control };
      return racer.ask<RacerSeen>('race', input);
    }),
  );
}

/** The same agents without the library: where the witness sees nothing then, its silence says nothing. */
function controlFigure(seen: readonly RacerSeen[]): Figure {
  const [doubles, holds] = [sum(seen, (one) => one.doubles), sum(seen, (one) => one.holds)];
  const bound = { text: 'some', holds: doubles > 0 };
  return { name: 'double holders by look, then write', value: inWords(doubles, holds), bound };
}

function raceFigures(seen: readonly RacerSeen[], seconds: number): Figure[] {
  const [claims, granted, holds] = [
    sum(seen, (one) => one.claims),
    sum(seen, (one) => one.granted),
    sum(seen, (one) => one.holds),
  ];
  const percent = (share: number): string => `${String(share * 100)} %`;
  return [
    { name: 'seed', value: String(seed) },
    { name: 'agents', value: `${String(agents)} in ${String(processes)} processes, on ${String(agents)} files` },
    { name: 'pause, lease', value: `none, ${String(ttlMs / 1000)} s` },
    { name: 'claims of two files, of a folder', value: `${percent(shares.two)}, ${percent(shares.folder)}` },
    { name: 'claims in line, holds renewed', value: `${percent(shares.wait)}, ${percent(shares.renew)}` },
    {
      name: 'claims',
      value: `${claims.toLocaleString('en')}, ${(claims / seconds).toFixed(0)} a second`,
      bound: { text: 'at least 200,000', holds: claims >= 200_000 },
    },
    { name: 'granted', value: `${granted.toLocaleString('en')}; denied: ${deniedWords(seen)}` },
    never(
      'double holders, in files held',
      sum(seen, (one) => one.doubles),
      holds,
    ),
    never(
      'tokens not grown, in files held',
      sum(seen, (one) => one.notGrown),
      holds,
    ),
    never(
      'leases lost, in claims granted',
      sum(seen, (one) => one.lost),
      granted,
    ),
    never(
      'holds longer than the lease',
      sum(seen, (one) => one.overran),
      granted,
    ),
  ];
}

const sum = (seen: readonly RacerSeen[], of: (seen: RacerSeen) => number): number =>
  seen.reduce((total, one) => total + of(one), 0);
const inWords = (times: number, trials: number): string => `${String(times)} in ${trials.toLocaleString('en')}`;

function deniedWords(seen: readonly RacerSeen[]): string {
  const kinds = [...new Set(seen.flatMap(({ denied }) => Object.keys(denied)))];
  const count = (kind: string): number => seen.reduce((total, { denied }) => total + (denied[kind] ?? 0), 0);
  return kinds.map((kind) => `${kind} ${count(kind).toLocaleString('en')}`).join(', ');
}
