import { setTimeout as delay } from 'node:timers/promises';
import { between, seededRandom } from '../../src/agent/fleet/random.ts';
import { startLocalServer, type LocalServer } from '../../src/redis/localServer.ts';
import { BareRedis } from '../support/bareRedis.ts';
import { atMost, type Bench, type Figure, never, quantile } from '../support/figures.mts';
import { LoadProcess } from '../support/loadProcess.mts';
import { loadAverage } from '../support/machine.mts';
import { during } from '../support/progress.mts';
import { Proxy } from '../support/proxy.mts';
import { ensureRedis } from '../support/redisBinary.mts';
import { microseconds } from '../support/sentStamp.ts';
import { temporaryFolder } from '../support/temporary.mts';
import { lossFigures, type Outcome } from './load/losses.mts';
import type { PublisherRound, PublisherSeen } from './load/publisher.ts';
import type { SupervisorSeen } from './load/supervisor.ts';

const ns = 'loss:';
const perSecond = 500;
const kills = 40;
const seed = 1;
/** How long a supervisor may take at the end to tell what it missed. */
const patienceMs = 10_000;

/** A server, a publisher and a supervisor; both reach the server by a proxy. */
interface Stage {
  readonly binary: string;
  readonly server: LocalServer;
  readonly proxy: Proxy;
  /** Straight to the server. */
  readonly control: BareRedis;
  readonly supervisor: LoadProcess;
  /** Sends for so long, straight to the port that it was opened with. */
  send(ms: number): Promise<PublisherSeen>;
}

interface StageOptions {
  readonly args?: readonly string[];
  readonly folder?: string;
  /** Whether the supervisor, or the publisher, goes through the proxy. */
  readonly proxied: { readonly supervisor: boolean; readonly publisher: boolean };
}

const direct = { supervisor: false, publisher: false };

export const bench: Bench = {
  about: 'nothing lost and nothing doubled at 500 messages a second, whatever is killed, and how soon it is live again',
  async run() {
    const { server: binary } = await ensureRedis();
    return [
      { name: 'messages', value: `${String(perSecond)} a second of 10 agents: states, claims, releases` },
      ...(await during('Connections killed', () => killedConnections(binary))),
      ...(await during('Server killed', () => killedServer(binary))),
      ...(await during('Replica promoted', () => promotedReplica(binary))),
      ...(await during('FLUSHALL', () => flushed(binary))),
      ...(await during('History trimmed in an outage', () => trimmed(binary))),
      loadAverage(),
    ];
  },
};

async function killedConnections(binary: string): Promise<Figure[]> {
  return onStage(binary, { proxied: direct }, async (stage) => {
    const random = seededRandom(seed);
    const killed: { at: number; seq: number }[] = [];
    const sending = stage.send(kills * 250 + 500);
    for (let i = 0; i < kills; i++) {
      await delay(between(random, 200, 300));
      const list = String(await stage.control.call('CLIENT', 'LIST', 'TYPE', random() < 0.5 ? 'pubsub' : 'normal'));
      const id = /^id=(\d+) .*name=signalbox /m.exec(list)?.[1];
      if (id === undefined) continue;
      killed.push({ at: microseconds(), seq: Number(await stage.control.call('GET', `${ns}agent:seq`)) });
      await stage.control.call('CLIENT', 'KILL', 'ID', id);
    }
    const outcome = await end(stage, await sending);
    const { lives } = outcome.supervisor;
    const returns = killed.flatMap(({ at, seq }) => {
      const live = lives.find((each) => each.at > at);
      return live === undefined ? [] : [{ ms: (live.at - at) / 1_000, isBehind: live.last < seq }];
    });
    const gaps = returns.map(({ ms }) => ms);
    const behind = returns.filter(({ isBehind }) => isBehind).length + killed.length - returns.length;
    return [
      ...lossFigures(`${String(killed.length)} connections killed`, outcome, []),
      never('not live again, or not caught up then', behind, killed.length),
      atMost('from a kill to live again, p50', quantile(gaps, 0.5), 10, 'ms'),
      { name: 'from a kill to live again, at most', value: `${Math.max(...gaps).toFixed(1)} ms` },
    ];
  });
}

async function killedServer(binary: string): Promise<Figure[]> {
  const data = temporaryFolder('aof');
  const args = ['--appendonly', 'yes', '--appendfsync', 'everysec'];
  try {
    return await onStage(binary, { proxied: direct, args, folder: data.folder }, async (stage) => {
      const sending = stage.send(4_000);
      await delay(1_500);
      const { port, pid } = stage.server;
      process.kill(pid, 'SIGKILL');
      await stage.server.stop();
      const again = await startLocalServer({ binary, args, folder: data.folder, port });
      try {
        return lossFigures('server killed, AOF everysec', await end(stage, await sending, port), []);
      } finally {
        await again.stop();
      }
    });
  } finally {
    data.remove();
  }
}

async function promotedReplica(binary: string): Promise<Figure[]> {
  // Else the primary waits for more replicas before it begins to feed one.
  const args = ['--repl-diskless-sync-delay', '0'];
  return onStage(binary, { args, proxied: { supervisor: true, publisher: true } }, async (stage) => {
    const replicaArgs = ['--replicaof', '127.0.0.1', String(stage.server.port)];
    const replica = await startLocalServer({ binary, args: replicaArgs });
    const control = await BareRedis.open(replica.port);
    try {
      while (!/master_link_status:up/.test(String(await control.call('INFO', 'replication')))) await delay(20);
      const sending = stage.send(4_000);
      await delay(1_500);
      // From here on it misses what the primary still accepts.
      await control.call('REPLICAOF', 'NO', 'ONE');
      await delay(300);
      stage.proxy.target = replica.port;
      stage.proxy.cut();
      return lossFigures('replica promoted without the tail', await end(stage, await sending, replica.port), [
        'diverged',
      ]);
    } finally {
      control.close();
      await replica.stop();
    }
  });
}

async function flushed(binary: string): Promise<Figure[]> {
  return onStage(binary, { proxied: direct }, async (stage) => {
    const sending = stage.send(3_000);
    await delay(1_500);
    await stage.control.call('FLUSHALL');
    return lossFigures('FLUSHALL', await end(stage, await sending), ['diverged']);
  });
}

async function trimmed(binary: string): Promise<Figure[]> {
  return onStage(binary, { proxied: { supervisor: true, publisher: false } }, async (stage) => {
    await stage.control.call('HSET', `${ns}agent:config`, 'history', 300);
    const sending = stage.send(5_000);
    await delay(1_000);
    stage.proxy.isBarred = true;
    stage.proxy.cut();
    await delay(2_000);
    stage.proxy.isBarred = false;
    return lossFigures('history trimmed in an outage', await end(stage, await sending), ['trimmed']);
  });
}

async function onStage(
  binary: string,
  { args = [], folder, proxied }: StageOptions,
  play: (stage: Stage) => Promise<Figure[]>,
): Promise<Figure[]> {
  const server = await startLocalServer({ binary, args, ...(folder === undefined ? {} : { folder }) });
  const proxy = await Proxy.start(server.port);
  const [publisher] = (await LoadProcess.start('test/bench/load/publisher.ts')) as [LoadProcess];
  const [supervisor] = (await LoadProcess.start('test/bench/load/supervisor.ts')) as [LoadProcess];
  const portFor = (isProxied: boolean): number => (isProxied ? proxy.port : server.port);
  const control = await BareRedis.open(server.port);
  try {
    await supervisor.ask('open', { url: `redis://127.0.0.1:${String(portFor(proxied.supervisor))}`, ns });
    await publisher.ask('open', { port: portFor(proxied.publisher) });
    const send = (ms: number): Promise<PublisherSeen> =>
      publisher.ask('round', { way: { kind: 'library', ns }, perSecond, ms } satisfies PublisherRound);
    return await play({ binary, server, proxy, control, supervisor, send });
  } finally {
    for (const process of [publisher, supervisor]) process.stop();
    control.close();
    proxy.stop();
    await server.stop();
  }
}

/** Waits until the supervisor has told the last change of the server that is there in the end. */
async function end({ supervisor, server }: Stage, publisher: PublisherSeen, port = server.port): Promise<Outcome> {
  const control = await BareRedis.open(port);
  const last = Number(await control.call('GET', `${ns}agent:seq`));
  control.close();
  await supervisor.ask('reach', { seq: last, ms: patienceMs });
  return { publisher, supervisor: await supervisor.ask<SupervisorSeen>('see'), last };
}
