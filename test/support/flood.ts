import type Redis from 'ioredis';
import { seededRandom } from '../../src/agent/fleet/random.ts';
import { huge, nextHostile } from './hostile.ts';

export interface FloodOptions {
  readonly seed: number;
  readonly count: number;
  /** How many more of 5 MB there are among them. */
  readonly huge: number;
  readonly batch: number;
  /** Resolves when the good agent `marker` is shown at this version, which says that all before it has arrived. */
  shown(ver: number): Promise<void>;
}

/**
 * Publishes hostile payloads, a batch at a time and each only when the one before has arrived, so that none is lost to a
 * server that cuts slow readers. Gives how many of them were malformed.
 */
export async function flood(client: Redis, options: FloodOptions): Promise<number> {
  const random = seededRandom(options.seed);
  const batches = Math.ceil(options.count / options.batch);
  let malformed = 0;
  let sent = 0;
  let sentHuge = 0;
  for (let ver = 1; ver <= batches; ver++) {
    const pipeline = client.pipeline();
    for (; sent < Math.min(ver * options.batch, options.count); sent++) {
      const { channel, payload, malformed: isMalformed } = nextHostile(random);
      pipeline.publish(channel, payload);
      if (isMalformed) malformed++;
    }
    for (; sentHuge < Math.ceil((ver / batches) * options.huge); sentHuge++) {
      const { channel, payload } = huge(sentHuge);
      pipeline.publish(channel, payload);
      malformed++;
    }
    pipeline.publish('agent:state:sync', good('marker', ver));
    await pipeline.exec();
    await options.shown(ver);
  }
  return malformed;
}

export const good = (id: string, ver: number): string =>
  JSON.stringify({ agent_id: id, state: { task: 'a good task', status: 'working', ver } });

/** Runs a test with a seed of its own, or the one in TEST_SEED, which a failure names. */
export async function withSeed(work: (seed: number) => Promise<void>): Promise<void> {
  const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 32);
  try {
    await work(seed);
  } catch (error) {
    throw new Error(`With TEST_SEED=${String(seed)}: ${String(error)}`, { cause: error });
  }
}
