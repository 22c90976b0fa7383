import { failedEnds, roleFor } from '../../protocol/keyTable.ts';
import type { QueueSeen } from '../../protocol/queueSeen.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';
import { readBullQueues } from './readBull.ts';
import type { Candidate } from './readKeys.ts';
import { readStreams } from './readStreams.ts';

const pageSize = 200;

export type Reply = [error: Error | null, value: unknown];
export type Named = readonly (readonly [name: string, key: Buffer])[];

/**
 * Reads the queues among `candidates`, by name: how long they are and what becomes of their work, never the work itself. A key
 * of such a name with another type is somebody else's.
 * @throws the client's error when the connection is lost or this user may not read
 */
export async function readQueues(client: Redis, candidates: ReadonlyMap<string, Candidate>): Promise<QueueSeen[]> {
  const seen: QueueSeen[] = [];
  const all = [...candidates];
  for (let i = 0; i < all.length; i += pageSize) {
    const page = all.slice(i, i + pageSize);
    const asked = client.pipeline();
    for (const [, { key }] of page) asked.type(key);
    const types = ((await asked.exec()) ?? []) as Reply[];
    const ofType = (type: string): Named =>
      page.flatMap(([name, { key, patterns }], at) => {
        const [error, its] = types[at] ?? [];
        if (error) throw error;
        const role = roleFor(patterns, type === 'none' ? 'list' : type)?.role;
        return its === type && role === 'queue' ? [[name, key] as const] : [];
      });
    // One that is empty is not there, but what went wrong may be.
    seen.push(...(await readLists(client, [...ofType('list'), ...ofType('none')])));
    seen.push(...(await readStreams(client, ofType('stream'))));
    seen.push(...(await readBullQueues(client, ofType('hash'))));
  }
  return seen;
}

async function readLists(client: Redis, lists: Named): Promise<QueueSeen[]> {
  if (lists.length === 0) return [];
  const asked = client.pipeline();
  for (const [, key] of lists) {
    asked.llen(key);
    for (const end of failedEnds) asked.llen(Buffer.concat([key, Buffer.from(end)]));
  }
  const replies = ((await asked.exec()) ?? []) as Reply[];
  return lists.flatMap(([name], i) => {
    const [length, ...rest] = replies.slice(i * (1 + failedEnds.length), (i + 1) * (1 + failedEnds.length));
    if (length?.[0]) {
      if (isForbidden(length[0])) throw length[0];
      // It is another key by now.
      return [];
    }
    // Who may not look there sees the queue all the same.
    const failed = rest.reduce((sum, [error, value]) => sum + (error ? 0 : Number(value)), 0);
    const seen = { kind: 'list', name, length: Number(length?.[1]), failed: failed === 0 ? null : failed } as const;
    return seen.length === 0 && seen.failed === null ? [] : [seen];
  });
}
