// Claims and releases as fast as it can, in one of three ways: through the library's calls, by the same FCALL over a
// bare socket, or by a pipeline that writes the same keys and decides nothing.
import { performance } from 'node:perf_hooks';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { answer } from '../../support/answering.ts';
import { BareRedis } from '../../support/bareRedis.ts';

export type Way = 'calls' | 'bare' | 'pipeline';

export interface CallerRound {
  readonly way: Way;
  readonly inFlight: number;
  readonly ms: number;
}

export interface CallerSeen {
  /** Claims that were granted and released. */
  readonly pairs: number;
  readonly ms: number;
}

/** A claim and its release; the lane has a file of its own, so that all are granted. */
type Pair = (lane: number) => Promise<void>;

const ns = 'bench:';
const ttlMs = 60_000;
const task = 'measure how long a claim takes';
const fileOf = (lane: number): string => `src/part/file-${String(lane)}.ts`;
const agentOf = (lane: number): string => `agent-${String(lane)}`;

let client: Redis;
let pairs: Record<Way, Pair>;

async function open({ url, port }: { url: string; port: number }): Promise<void> {
  client = await openClient({ url, namespaces: [ns] });
  await loadLibrary(client);
  pairs = { calls: throughCalls(), bare: await overBareSocket(port), pipeline: byPipeline() };
}

function throughCalls(): Pair {
  const calls = new Calls(client, ns, () => loadLibrary(client));
  return async (lane) => {
    const [agent, file] = [agentOf(lane), fileOf(lane)];
    const reply = await calls.claim(agent, { resources: [file], ttlMs, task });
    if (reply.kind !== 'granted') throw new Error(`A free file was not granted: ${JSON.stringify(reply)}`);
    await calls.release(agent, [[file, reply.tokens.get(file) ?? 0]]);
  };
}

async function overBareSocket(port: number): Promise<Pair> {
  const bare = await BareRedis.open(port);
  const seq = `${ns}agent:seq`;
  return async (lane) => {
    const [agent, key] = [agentOf(lane), `${ns}lock:${fileOf(lane)}`];
    const reply = await bare.call('FCALL', 'signalbox_claim', 2, seq, key, agent, ttlMs, task, '');
    if (!Array.isArray(reply) || reply[0] !== 'OK') throw new Error(`A free file was not granted: ${String(reply)}`);
    await bare.call('FCALL', 'signalbox_release', 2, seq, key, agent, String(reply[4]));
  };
}

/** What an agent would write that sets a lock and tells of it, without anything being decided in between. */
function byPipeline(): Pair {
  return async (lane) => {
    const [agent, file] = [agentOf(lane), fileOf(lane)];
    const at = Date.now();
    const told = (kind: string): string => JSON.stringify({ kind, agent, resource: file, at });
    await client
      .pipeline()
      .set(`${ns}plain:lock:${file}`, JSON.stringify({ holder: agent, task, since: at }), 'PX', ttlMs, 'NX')
      .hset(`${ns}plain:lease`, file, agent)
      .zadd(`${ns}plain:exp`, at + ttlMs, file)
      .xadd(`${ns}plain:history`, 'MAXLEN', '~', 20_000, '*', 'kind', 'claim', 'data', told('claim'))
      .publish(`${ns}plain:events`, told('claim'))
      .exec();
    await client
      .pipeline()
      .del(`${ns}plain:lock:${file}`)
      .hdel(`${ns}plain:lease`, file)
      .zrem(`${ns}plain:exp`, file)
      .xadd(`${ns}plain:history`, 'MAXLEN', '~', 20_000, '*', 'kind', 'release', 'data', told('release'))
      .publish(`${ns}plain:events`, told('release'))
      .exec();
  };
}

async function round({ way, inFlight, ms }: CallerRound): Promise<CallerSeen> {
  const pair = pairs[way];
  const from = performance.now();
  let done = 0;
  const lane = async (index: number): Promise<void> => {
    while (performance.now() - from < ms) {
      await pair(index);
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, index) => lane(index)));
  return { pairs: done, ms: performance.now() - from };
}

answer({ open, round });
