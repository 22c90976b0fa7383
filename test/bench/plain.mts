import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startLocalServer } from '../../src/redis/localServer.ts';
import { copyExtension } from '../support/benchExtensions.mts';
import { ExtensionHosts } from '../support/extensionHosts.mts';
import { atMost, type Bench, type Figure, quantile } from '../support/figures.mts';
import { during } from '../support/progress.mts';
import { ensureRedis } from '../support/redisBinary.mts';
import { temporaryFolder } from '../support/temporary.mts';
import type { LoopDelay, PlainInput, PlainSeen } from './host/plain.ts';
import type { TreeSeen } from './host/treeSpy.ts';

const agents = 1_000;
const claims = 500;
const queues = 50;
const startChannel = 'bench:start';

/**
 * The agents are a process of their own; the extension host is a real one, with the views in sight in a browser. Every
 * message names another task, so that every one changes a row.
 */
export const bench: Bench = {
  about: '1,000 plain agents at 2 messages a second, 500 locks and 50 lists, with the views in sight',
  async run() {
    const { server: binary } = await ensureRedis();
    const temporary = temporaryFolder('plain');
    const redis = await startLocalServer({ binary });
    const load = startLoad(redis.port);
    const hosts = await ExtensionHosts.start();
    try {
      await load.ready;
      const input: PlainInput = {
        ...{ url: redis.url, startChannel, agents, claims, queues },
        ...{ idleMs: 5_000, warmUpMs: 5_000, measureMs: 30_000 },
      };
      const seen = await during('30 s of traffic', () =>
        hosts.run<PlainSeen>('test/bench/host/plain.ts', {
          extensions: [copyExtension(path.join(temporary.folder, 'signalbox'))],
          folder: workspace(path.join(temporary.folder, 'workspace')),
          input,
        }),
      );
      return figures(seen);
    } finally {
      load.stop();
      await hosts.stop();
      await redis.stop();
      temporary.remove();
    }
  },
};

function startLoad(port: number): { ready: Promise<void>; stop(): void } {
  const script = path.join(import.meta.dirname, 'load', 'plainAgents.mts');
  const args = [port, agents, claims, queues].map(String);
  const child = spawn(process.execPath, [...process.execArgv, script, ...args, startChannel], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The load ended with ${String(code)}.`)));
    child.stdout.on('data', (data: Buffer) => data.includes('ready') && resolve());
  });
  return { ready, stop: () => void child.stdin.end() };
}

/** Half of what is locked is there, as in a repository where agents also make new files. */
function workspace(folder: string): string {
  for (let i = 0; i < claims; i += 2) {
    const file = path.join(folder, 'src', `part-${String(i % 25)}`, `file-${String(i)}.ts`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '');
  }
  return folder;
}

function figures(seen: PlainSeen): Figure[] {
  const seconds = seen.measuredMs / 1000;
  const { stale, divergent, malformed } = seen.counts;
  const delay = ({ p50, p99, max }: LoopDelay): string =>
    `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms`;
  return [
    { name: 'messages received', value: `${(seen.applied / seconds).toFixed(0)} a second` },
    {
      name: 'messages skipped',
      value: `${String(seen.sent - seen.applied)} of ${String(seen.sent)}`,
      bound: { text: 'none', holds: seen.sent === seen.applied && seen.sent > 0 },
    },
    { name: 'stale, divergent, malformed', value: `${String(stale)}, ${String(divergent)}, ${String(malformed)}` },
    { name: 'model behind, median', value: `${quantile(seen.behindMs, 0.5).toFixed(0)} ms` },
    atMost('model behind, at most', Math.max(...seen.behindMs), 500, 'ms', 0),
    { name: 'event loop late, before', value: delay(seen.idle) },
    { name: 'event loop late, under load', value: delay(seen.loaded) },
    atMost('event loop late, p99', seen.loaded.p99, 50, 'ms'),
    { name: 'processor time of the host', value: `${((seen.cpuMs / seen.measuredMs) * 100).toFixed(0)} % of a core` },
    ...Object.entries(seen.trees).flatMap(([id, tree]) => treeFigures(id, tree, seconds)),
  ];
}

function treeFigures(id: string, tree: TreeSeen, seconds: number): Figure[] {
  const { rows, rowsInVain, whole, wholeInVain, firedAt } = tree;
  return [
    atMost(`${id}, refreshes a second`, Math.max(0, firedAt.length - 1) / seconds, 4, ''),
    {
      name: `${id}, rows drawn anew`,
      value: `${(rows / seconds).toFixed(0)} a second, ${String(rowsInVain)} of ${String(rows)} in vain`,
      // A row that changes back between being told and being drawn is drawn in vain, and nobody's fault.
      bound: { text: 'in vain at most 1 in 1,000', holds: rowsInVain <= rows / 1_000 && tree.visible },
    },
    {
      name: `${id}, whole tree`,
      value: `${String(whole)} times, ${String(wholeInVain)} in vain`,
      bound: { text: 'none in vain', holds: wholeInVain === 0 },
    },
  ];
}
