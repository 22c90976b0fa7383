import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';

/** What of a key is read: so many bytes, and so many entries. */
export const inspectLimits = { bytes: 1024 * 1024, entries: 1_000 } as const;
/** Entries are of any size, so no more of them are asked for than take this much of the server's memory, by its own estimate. */
const mostMemory = 4 * 1024 * 1024;
/** How many are asked for where the server does not estimate it. */
const unestimated = 100;
/** A hash or set that is nearly empty for its size gives nothing for many pages of a scan. */
const mostPages = 100;

/** The parts of an entry: one in lists and sets, name and value in hashes, member and score, or a stream's id, names and values. */
export type Entry = readonly Buffer[];

/** A key, with no more of its content than an editor should show. */
export interface Inspected {
  readonly type: string;
  /** Time left in ms; null without an expiry. */
  readonly ttlMs: number | null;
  /** What it takes of the server's memory; null where that may not be asked. */
  readonly bytes: number | null;
  readonly encoding: string | null;
  /** Bytes of a text, entries of anything else; null of a type that is a module's. */
  readonly size: number | null;
  /** A text's bytes or its beginning; null of anything else. */
  readonly text: Buffer | null;
  readonly entries: readonly Entry[];
}

/**
 * Reads what there is to know of a key; null where there is none.
 * @throws the client's error when the connection is lost or this user may not read it
 */
export async function inspect(client: Redis, key: Buffer): Promise<Inspected | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await look(client, key);
    } catch (error) {
      // It has become a key of another type in between.
      if (attempt === 3 || !(error instanceof Error && error.message.startsWith('WRONGTYPE'))) throw error;
    }
  }
}

/** A field of a hash, cut like a text; null where there is none, or it is too large to be asked for. */
export async function inspectField(client: Redis, key: Buffer, field: string): Promise<Buffer | null> {
  if ((await client.hstrlen(key, field)) > mostMemory) return null;
  return (await client.hgetBuffer(key, field))?.subarray(0, inspectLimits.bytes) ?? null;
}

async function look(client: Redis, key: Buffer): Promise<Inspected | null> {
  const type = await client.type(key);
  const ttl = await client.pttl(key);
  if (type === 'none' || ttl === -2) return null;
  const encoding = (await allowed(client.object('ENCODING', key))) as string | null;
  // As many samples as entries are shown: of these keys it is no estimate.
  const memory = await allowed(client.call('MEMORY', 'USAGE', key, 'SAMPLES', '1000'));
  const bytes = memory === null ? null : Number(memory);
  const about = { type, ttlMs: ttl < 0 ? null : ttl, bytes, encoding };
  if (type === 'string') {
    const size = await client.strlen(key);
    return { ...about, size, text: await client.getrangeBuffer(key, 0, inspectLimits.bytes - 1), entries: [] };
  }
  const counted = counting[type];
  if (counted === undefined) return { ...about, size: null, text: null, entries: [] };
  const size = Number(await client.call(counted, key));
  // Only a stream may be there and empty.
  if (size === 0 && type !== 'stream') return null;
  const few = bytes === null ? unestimated : Math.floor((mostMemory * size) / bytes);
  const count = Math.min(inspectLimits.entries, few, size);
  const entries = count === 0 ? [] : within(await readEntries(client, key, type, count));
  return { ...about, size, text: null, entries };
}

/** How entries are counted; a type that is not here is a module's. */
const counting: Readonly<Record<string, string>> = {
  hash: 'HLEN',
  list: 'LLEN',
  set: 'SCARD',
  zset: 'ZCARD',
  stream: 'XLEN',
};

async function readEntries(client: Redis, key: Buffer, type: string, count: number): Promise<Entry[]> {
  switch (type) {
    case 'hash':
      return scanned((cursor) => client.hscanBuffer(key, cursor, 'COUNT', count), 2, count);
    case 'set':
      return scanned((cursor) => client.sscanBuffer(key, cursor, 'COUNT', count), 1, count);
    case 'list':
      return inParts(await client.lrangeBuffer(key, 0, count - 1), 1);
    case 'zset':
      return inParts(await client.zrangeBuffer(key, '0', String(count - 1), 'WITHSCORES'), 2);
    default:
      return (await client.xrangeBuffer(key, '-', '+', 'COUNT', count)).map(([id, fields]) => [id, ...fields]);
  }
}

const inParts = (flat: readonly Buffer[], width: number): Entry[] =>
  flat.flatMap((_, i) => (i % width === 0 ? [flat.slice(i, i + width)] : []));

/** Entries of `width` parts, each once, and in the order of their first parts. */
async function scanned(
  page: (cursor: string) => Promise<[Buffer, Buffer[]]>,
  width: number,
  count: number,
): Promise<Entry[]> {
  const found = new Map<string, Entry>();
  let cursor = '0';
  for (let pages = 0; pages < mostPages; pages++) {
    const [next, flat] = await page(cursor);
    for (const entry of inParts(flat, width)) if (found.size < count) found.set(entry[0]!.toString('latin1'), entry);
    cursor = next.toString();
    if (cursor === '0' || found.size >= count) break;
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** The first of them that are no longer together than what is shown. */
function within(entries: readonly Entry[]): Entry[] {
  let left: number = inspectLimits.bytes;
  return entries.filter((entry) => (left -= entry.reduce((sum, part) => sum + part.length, 0)) >= 0);
}

/** What a user without the right, and a server that has no such command, does not tell. */
async function allowed<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (isForbidden(error) || (error instanceof Error && error.message.startsWith('ERR'))) return null;
    throw error;
  }
}
