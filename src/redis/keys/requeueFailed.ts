import { failedEnds } from '../../protocol/keyTable.ts';
import type { Redis } from '../client.ts';
import bullScript from './bull.lua';
import { answerOf, isRefusal, runScript, type QueueKey, type Refusal } from './queueAt.ts';
import streamScript from './stream.lua';

/** So many tasks at once, which the server does in far less than 5 ms. */
const batch = 50;

/** What a caller is told between two steps; answers whether to go on. */
export type GoOn = (done: number) => boolean;

/**
 * Gives failed tasks to the workers again, and answers how many. Of a list: what stands in its lists of failures, the oldest first.
 * Of BullMQ: its failed jobs, by their priority. Of a stream with one consumer group: what a consumer was given and did not
 * acknowledge for `idleMs`, as new entries, since no consumer is told of old ones. What fails anew meanwhile is left alone.
 */
export async function requeueFailed(
  client: Redis,
  { kind, key }: QueueKey,
  idleMs: number,
  goOn: GoOn,
): Promise<number | Refusal> {
  if (kind === 'list') return ofList(client, key, goOn);
  return kind === 'stream' ? ofStream(client, key, idleMs, goOn) : ofBull(client, key, goOn);
}

async function ofList(client: Redis, key: Buffer, goOn: GoOn): Promise<number> {
  let moved = 0;
  for (const end of failedEnds) {
    const from = Buffer.concat([key, Buffer.from(end)]);
    for (let left = await client.llen(from); left > 0 && goOn(moved); left -= batch) {
      const asked = client.pipeline();
      for (let i = 0; i < Math.min(batch, left); i++) asked.lmove(from, key, 'RIGHT', 'LEFT');
      const replies = (await asked.exec()) ?? [];
      for (const [error, entry] of replies) {
        if (error) throw error;
        if (entry !== null) moved++;
      }
    }
  }
  return moved;
}

async function ofBull(client: Redis, key: Buffer, goOn: GoOn): Promise<number | Refusal> {
  // Workers whose clock is behind may have failed earlier than that.
  let left = await client.zcard(Buffer.concat([key.subarray(0, -'meta'.length), Buffer.from('failed')]));
  const [seconds = 0] = await client.time();
  // What fails later than this has failed anew.
  const until = (Number(seconds) + 1) * 1_000;
  for (let moved = 0; ;) {
    const answer = answerOf(await runScript(client, bullScript, key, 'requeue', until, Math.min(batch, left)));
    if (isRefusal(answer)) return answer;
    moved += Number(answer[0]);
    left -= batch;
    if (Number(answer[1]) < batch || left <= 0 || !goOn(moved)) return moved;
  }
}

async function ofStream(client: Redis, key: Buffer, idleMs: number, goOn: GoOn): Promise<number | Refusal> {
  const groups = (await client.callBuffer('XINFO', 'GROUPS', key)) as unknown[][];
  // Each of them would be given what one has not done.
  if (groups.length > 1) return { refused: 'groups', groups: groups.length };
  const group = groups[0]?.[1];
  if (!Buffer.isBuffer(group)) return 0;
  // What is added anew is behind the last of those that were given to somebody so far.
  const [, , until] = (await client.xpending(key, group)) as (string | null)[];
  for (let moved = 0, from = '-'; ;) {
    const reply = await runScript(client, streamScript, key, group, idleMs, from, batch, until ?? '-');
    const [more, looked, last] = reply as unknown[];
    moved += Number(more);
    from = `(${String(last)}`;
    if (Number(looked) < batch || !goOn(moved)) return moved;
  }
}
