import { failedEnds, roleFor } from '../../protocol/keyTable.ts';
import type { QueueSeen } from '../../protocol/queueSeen.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';
import { readBullQueues } from './readBull.ts';
import type { FoundQueue, Reply } from './inPages.ts';
import type { Candidate } from './readKeys.ts';
import { readStreams } from './readStreams.ts';

const pageSize = 50;

/**
 * Reads the queues among `candidates`, by name: how long they are and what becomes of their work, never the work itself. A key
 * of such a name with another type is somebody else's.
 * @throws the client's error when the connection is lost or this user may not read
 */
export async function readQueues(client: Redis, candidates: ReadonlyMap<string, Candidate>): Promise<QueueSeen[]> {
  const seen: QueueSeen[] = [];
  const all = [...candidates];
  for (let i = 0; i < all.length; i += pageSize) {
    const byType = await findTypes(client, all.slice(i, i + pageSize));
    const of = (type: string): readonly FoundQueue[] => byType.get(type) ?? [];
    // A list that is empty is not there, but what went wrong may be.
    seen.push(...(await readLists(client, [...of('list'), ...of('none')])));
    seen.push(...(await readStreams(client, of('stream'))));
    seen.push(...(await readBullQueues(client, of('hash'))));
  }
  return seen;
}

async function findTypes(
  client: Redis,
  page: readonly (readonly [string, Candidate])[],
): Promise<ReadonlyMap<string, readonly FoundQueue[]>> {
  const asked = client.pipeline();
  for (const [, { key }] of page) asked.type(key).pttl(key).call('MEMORY', 'USAGE', key, 'SAMPLES', '5');
  const replies = ((await asked.exec()) ?? []) as Reply[];
  const found = new Map<string, FoundQueue[]>();
  page.forEach(([name, { key, patterns }], i) => {
    const [type, ttl, memory] = replies.slice(3 * i, 3 * i + 3);
    for (const reply of [type, ttl]) if (reply?.[0]) throw reply[0];
    const its = String(type?.[1]);
    if (roleFor(patterns, its === 'none' ? 'list' : its)?.role !== 'queue') return;
    const [left, bytes] = [Number(ttl?.[1]), Number(memory?.[1])];
    const queue = { name, key, ttlMs: left < 0 ? null : left, bytes: bytes > 0 ? bytes : null };
    found.set(its, [...(found.get(its) ?? []), queue]);
  });
  return found;
}

async function readLists(client: Redis, lists: readonly FoundQueue[]): Promise<QueueSeen[]> {
  if (lists.length === 0) return [];
  const asked = client.pipeline();
  for (const { key } of lists) {
    asked.llen(key);
    for (const end of failedEnds) asked.llen(Buffer.concat([key, Buffer.from(end)]));
  }
  const replies = ((await asked.exec()) ?? []) as Reply[];
  const each = 1 + failedEnds.length;
  return lists.flatMap(({ name, ttlMs, bytes }, i) => {
    const [length, ...rest] = replies.slice(i * each, (i + 1) * each);
    if (length?.[0] && isForbidden(length[0])) throw length[0];
    // It is another key by now.
    if (length?.[0]) return [];
    // Who may not look there sees the queue all the same.
    const failed = rest.reduce((sum, [error, value]) => sum + (error ? 0 : Number(value)), 0);
    const seen = {
      kind: 'list',
      name,
      ttlMs,
      bytes,
      length: Number(length?.[1]),
      failed: failed === 0 ? null : failed,
    } as const;
    return seen.length === 0 && seen.failed === null ? [] : [seen];
  });
}
