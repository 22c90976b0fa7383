import type { BullSeen, ChildSeen, ParentSeen } from '../../protocol/queueSeen.ts';
import { metaEnd } from '../../protocol/keyTable.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';
import { inPages, type FoundQueue, type Reply } from './inPages.ts';
import { cut } from './readStreams.ts';

/** So many active jobs are looked at for their locks, so many parents of a queue and children of a parent are kept. */
const [mostActive, mostParents, mostChildren] = [100, 10, 20];
/** So many parents of all queues, and so many queues at once. */
const [mostParentsInAll, pageSize] = [20, 10];
/** Names of children that are done come only all at once; of more than these nobody asks. */
const mostDone = 1_000;
/** Nobody's job has a longer id; a list of longer ones is not read, since an entry may be of any size. */
const longestId = 1_024;

type Pipeline = ReturnType<Redis['pipeline']>;

/** What is asked about each queue, in this order. */
const counts: Readonly<Record<string, (asked: Pipeline, key: Buffer) => unknown>> = {
  wait: (asked, key) => asked.llen(key),
  paused: (asked, key) => asked.llen(key),
  active: (asked, key) => asked.llen(key),
  delayed: (asked, key) => asked.zcard(key),
  prioritized: (asked, key) => asked.zcard(key),
  failed: (asked, key) => asked.zcard(key),
  completed: (asked, key) => asked.zcard(key),
  'waiting-children': (asked, key) => asked.zcard(key),
  id: (asked, key) => asked.get(key),
};
const names = Object.keys(counts);

/** The key of a queue's part, or of a job. */
export const bullKey = (prefix: Buffer, name: string | Buffer): Buffer => Buffer.concat([prefix, Buffer.from(name)]);

/**
 * Reads queues of BullMQ by the keys in which its library keeps what they are.
 * @param queues with those keys
 */
export async function readBullQueues(client: Redis, queues: readonly FoundQueue[]): Promise<BullSeen[]> {
  const left = { parents: mostParentsInAll };
  return inPages(queues, pageSize, (page) => readPage(client, page, left));
}

async function readPage(client: Redis, queues: readonly FoundQueue[], left: { parents: number }): Promise<BullSeen[]> {
  const asked = client.pipeline();
  for (const { key } of queues) {
    const prefix = key.subarray(0, -metaEnd.length + 1);
    asked.hmget(key, 'opts.maxLenEvents', 'version', 'paused');
    for (const name of names) counts[name]!(asked, bullKey(prefix, name));
    for (const name of ['wait', 'active']) asked.call('MEMORY', 'USAGE', bullKey(prefix, name), 'SAMPLES', '5');
  }
  const replies = ((await asked.exec()) ?? []) as Reply[];
  const each = 1 + names.length + 2;
  const met = queues.flatMap(({ name, key, ttlMs }, i) => {
    const [meta, ...figures] = replies.slice(i * each, (i + 1) * each);
    if (meta?.[0] && isForbidden(meta[0])) throw meta[0];
    const [events, version, paused] = (Array.isArray(meta?.[1]) ? meta[1] : []) as (string | null)[];
    // Only its library keeps this there.
    if (!events) return [];
    const of = (what: string): number => number(figures[names.indexOf(what)]);
    const id = figures[names.indexOf('id')]?.[1];
    const seen: BullSeen = {
      kind: 'bullmq',
      name,
      ttlMs,
      // It has a key for each job.
      bytes: null,
      version: version ? cut(version) : null,
      isPaused: typeof paused === 'string',
      // Until its version 6 a paused queue had a list of its own.
      waiting: of('wait') + of('paused'),
      active: of('active'),
      delayed: of('delayed'),
      prioritized: of('prioritized'),
      failed: of('failed'),
      completed: of('completed'),
      waitingChildren: of('waiting-children'),
      stalled: 0,
      added: typeof id === 'string' ? of('id') : null,
      oldestMs: null,
      parents: [],
    };
    const isSmall = (list: string, at: number): boolean =>
      of(list) > 0 && number(figures[names.length + at]) / of(list) < longestId;
    const prefix = key.subarray(0, -metaEnd.length + 1);
    return [{ seen, prefix, readsWait: isSmall('wait', 0), readsActive: isSmall('active', 1) }];
  });
  const now = met.length === 0 ? 0 : await serverTime(client);
  const whole = met.map(async ({ seen, prefix, readsWait, readsActive }): Promise<BullSeen> => {
    const count = Math.min(mostParents, seen.waitingChildren, left.parents);
    left.parents -= count;
    const [stalled, oldestMs, parents] = await Promise.all([
      readsActive ? stalledOf(client, prefix).catch(orElse(0)) : 0,
      readsWait ? oldestOf(client, prefix, now).catch(orElse(null)) : null,
      count > 0 ? parentsOf(client, prefix, count).catch(orElse([])) : [],
    ]);
    return { ...seen, stalled, oldestMs, parents };
  });
  return Promise.all(whole);
}

/** Whoever works on a job renews its lock; without one it stands still until some worker notices. */
async function stalledOf(client: Redis, prefix: Buffer): Promise<number> {
  const ids = await client.lrangeBuffer(bullKey(prefix, 'active'), 0, mostActive - 1);
  const locks = ids.map((id) => Buffer.concat([prefix, id, Buffer.from(':lock')]));
  return locks.length === 0 ? 0 : locks.length - (await client.exists(...locks));
}

async function oldestOf(client: Redis, prefix: Buffer, now: number): Promise<number | null> {
  const [id] = await client.lrangeBuffer(bullKey(prefix, 'wait'), -1, -1);
  if (id === undefined) return null;
  const since = Number(await client.hget(bullKey(prefix, id), 'timestamp'));
  return since > 0 ? Math.max(0, now - since) : null;
}

async function parentsOf(client: Redis, prefix: Buffer, count: number): Promise<ParentSeen[]> {
  const ids = await client.zrangeBuffer(bullKey(prefix, 'waiting-children'), '0', String(count - 1));
  return Promise.all(
    ids
      .filter(({ length }) => length <= longestId)
      .map((id) =>
        parentOf(client, bullKey(prefix, id), id).catch(
          orElse({ id: cut(id), name: '', open: 0, done: 0, children: [] }),
        ),
      ),
  );
}

async function parentOf(client: Redis, key: Buffer, id: Buffer): Promise<ParentSeen> {
  const [open, done] = [':dependencies', ':processed'].map((end) => Buffer.concat([key, Buffer.from(end)])) as [
    Buffer,
    Buffer,
  ];
  const [name, openCount, doneCount, [, openKeys]] = await Promise.all([
    client.hget(key, 'name'),
    client.scard(open),
    client.hlen(done),
    client.sscanBuffer(open, 0, 'COUNT', mostChildren),
  ]);
  // What the children came to stands beside their names, and may be of any size.
  const doneKeys = doneCount > 0 && doneCount <= mostDone ? await client.hkeysBuffer(done) : [];
  const children = await childrenOf(client, [...openKeys, ...doneKeys].slice(0, mostChildren));
  return { id: cut(id), name: cut(name ?? ''), open: openCount, done: doneCount, children };
}

async function childrenOf(client: Redis, keys: readonly Buffer[]): Promise<ChildSeen[]> {
  const asked = client.pipeline();
  // Why it failed may be of any length.
  for (const key of keys) asked.hmget(key, 'name', 'processedOn', 'finishedOn').hexists(key, 'failedReason');
  const replies = ((await asked.exec()) ?? []) as Reply[];
  return keys.flatMap((key, i) => {
    const [error, fields] = replies[2 * i] ?? [];
    if (error || !Array.isArray(fields)) return [];
    const [name, began, ended] = fields as (string | null)[];
    const isFailed = replies[2 * i + 1]?.[1] === 1;
    const state = ended === null ? (began === null ? 'waiting' : 'active') : isFailed ? 'failed' : 'completed';
    return [{ key: cut(key), name: cut(name ?? ''), state } as const];
  });
}

async function serverTime(client: Redis): Promise<number> {
  const [seconds = 0, micros = 0] = (await client.time()).map(Number);
  return seconds * 1_000 + micros / 1_000;
}

/** What to take instead of what is of another type by now, or not for this user to see. @throws any other error */
const orElse =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (error instanceof Error && error.name === 'ReplyError') return instead;
    throw error;
  };

/** Of what is of another type, or not for this user to see, there is none. */
const number = (reply: Reply | undefined): number => (reply?.[0] ? 0 : Math.max(0, Number(reply?.[1]) || 0));
