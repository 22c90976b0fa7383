import type { ConsumerSeen, GroupSeen, StreamSeen } from '../../protocol/queueSeen.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';
import { inPages, type FoundQueue, type Reply } from './inPages.ts';

/** So many groups of a stream and consumers of a group are kept. */
const [mostGroups, mostConsumers] = [20, 20];
/** Redis tells of a group's consumers only all at once; of more than these nobody asks. */
const mostAsked = 200;
/** So many groups of all streams are looked into; so many streams or groups at once. */
const [mostLooked, pageSize] = [100, 20];
/** Characters of a name that are kept. */
const nameLength = 128;

/** To tell of more groups than these takes the server too long to ask for it again and again. */
const mostTold = 1_000;
/** Streams of which it is not asked again on a connection, by their keys, with how many groups they had. */
const crowded = new WeakMap<Redis, Map<string, number>>();

interface Group {
  readonly name: Buffer;
  readonly consumers: number;
  readonly pending: number;
  readonly read: number | null;
  readonly lag: number | null;
}

/**
 * Reads how streams and their consumer groups stand, without any entry: not even Redis' own account of a stream is asked for,
 * since the first and the last entry are in it.
 */
export async function readStreams(client: Redis, streams: readonly FoundQueue[]): Promise<StreamSeen[]> {
  const met = await inPages(streams, pageSize, (page) => readPage(client, page));
  // Those of which there is something to be told first.
  const groups = met.flatMap(({ key, kept }) => kept.map((group) => ({ key, group })));
  const looked = groups.filter(({ group }) => group.consumers > 0).slice(0, mostLooked);
  const more = new Map(await inPages(looked, pageSize, (page) => lookInto(client, page)));
  return met.map(({ about, length, groupCount, kept }) => ({
    kind: 'stream',
    ...about,
    length,
    groupCount,
    groups: kept.map((group) => seenOf(group, more.get(group))),
  }));
}

interface Met {
  readonly about: Omit<FoundQueue, 'key'>;
  readonly key: Buffer;
  readonly length: number;
  readonly groupCount: number;
  readonly kept: readonly Group[];
}

async function readPage(client: Redis, streams: readonly FoundQueue[]): Promise<Met[]> {
  const crowds = crowded.get(client) ?? new Map<string, number>();
  crowded.set(client, crowds);
  const asked = client.pipeline();
  const crowdOf = streams.map(({ key }) => crowds.get(key.toString('latin1')));
  streams.forEach(({ key }, i) => {
    asked.xlen(key);
    if (crowdOf[i] === undefined) asked.callBuffer('XINFO', 'GROUPS', key);
  });
  const replies = ((await asked.exec()) ?? []) as Reply[];
  let at = 0;
  return streams.flatMap(({ key, ...about }, i) => {
    const length = replies[at++];
    const groups = crowdOf[i] === undefined ? replies[at++] : undefined;
    for (const reply of [length, groups]) if (reply?.[0] && isForbidden(reply[0])) throw reply[0];
    // It is another key by now.
    if (length?.[0] || groups?.[0]) return [];
    const all = (Array.isArray(groups?.[1]) ? groups[1] : []) as unknown[];
    if (all.length > mostTold) crowds.set(key.toString('latin1'), all.length);
    const groupCount = crowdOf[i] ?? all.length;
    const kept = groupCount > mostTold ? [] : all.slice(0, mostGroups).map((flat) => groupOf(fieldsOf(flat)));
    return [{ about, key, length: Number(length?.[1]), groupCount, kept }];
  });
}

type Looked = Pick<GroupSeen, 'oldestMs' | 'consumers'>;

async function lookInto(
  client: Redis,
  groups: readonly { key: Buffer; group: Group }[],
): Promise<(readonly [Group, Looked])[]> {
  const asked = client.pipeline();
  for (const { key, group } of groups) {
    if (group.pending > 0) asked.call('XPENDING', key, group.name, '-', '+', '1');
    if (asksFor(group)) asked.callBuffer('XINFO', 'CONSUMERS', key, group.name);
  }
  const replies = ((await asked.exec()) ?? []) as Reply[];
  let at = 0;
  // What fails here has gone since, or is not for this user to see.
  const next = (): unknown[] => {
    const [error, value] = replies[at++] ?? [];
    return !error && Array.isArray(value) ? (value as unknown[]) : [];
  };
  return groups.map(({ group }) => {
    const [oldest] = group.pending > 0 ? next() : [];
    const consumers = asksFor(group) ? next() : [];
    return [
      group,
      {
        oldestMs: Array.isArray(oldest) ? Number(oldest[2]) : null,
        consumers: consumers.slice(0, mostConsumers).map((flat) => consumerOf(fieldsOf(flat))),
      },
    ] as const;
  });
}

function seenOf({ name, lag, read, pending, consumers: consumerCount }: Group, looked: Looked | undefined): GroupSeen {
  const { oldestMs, consumers } = looked ?? { oldestMs: null, consumers: [] };
  return { name: cut(name), lag, read, pending, oldestMs, consumers, consumerCount };
}

const asksFor = ({ consumers }: Group): boolean => consumers > 0 && consumers <= mostAsked;

/** What Redis gives as names and values in turn. */
function fieldsOf(flat: unknown): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  const all = Array.isArray(flat) ? (flat as unknown[]) : [];
  for (let i = 0; i + 1 < all.length; i += 2) fields.set(String(all[i]), all[i + 1]);
  return fields;
}

function groupOf(fields: ReadonlyMap<string, unknown>): Group {
  const name = fields.get('name');
  return {
    name: Buffer.isBuffer(name) ? name : Buffer.from(''),
    consumers: count(fields.get('consumers')),
    pending: count(fields.get('pending')),
    read: countOrNull(fields.get('entries-read')),
    lag: countOrNull(fields.get('lag')),
  };
}

const consumerOf = (fields: ReadonlyMap<string, unknown>): ConsumerSeen => ({
  name: cut(fields.get('name')),
  pending: count(fields.get('pending')),
  idleMs: count(fields.get('idle')),
});

const count = (value: unknown): number => countOrNull(value) ?? 0;
const countOrNull = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null);

/** A copy, so that the rest of a long name is not kept alive by its beginning. */
export const cut = (value: unknown): string => Array.from(String(value).slice(0, nameLength)).join('');
