import type { Redis } from './client.ts';
import { lockPrefix, queuePatterns } from '../protocol/names.ts';
import { isObject } from '../protocol/json.ts';
import { isForbidden } from './rights.ts';
import type { ListSeen, LockSeen } from '../protocol/messages.ts';

/** How many locks and lists of a namespace are looked at in one sweep; what is beyond is said to be incomplete. */
export const sweepLimits = { locks: 5_000, lists: 200 } as const;

/** A lock's value is a name or a short JSON; whatever else stands there is not worth fetching. */
const lockValueBytes = 4_096;

export interface Swept {
  ns: string;
  /** Null where this user may not read them. */
  locks: LockSeen[] | null;
  locksComplete: boolean;
  lists: ListSeen[] | null;
  listsComplete: boolean;
}

interface Found {
  locks: Set<string>;
  lists: Set<string>;
}

/**
 * Reads the locks and lists of all `namespaces` in one pass over the key space: SCAN in pages of 1,000 names that are
 * filtered here (a pass for each pattern would make the server walk its keys each time), then the values in pipelines.
 * @throws the client's error when the connection is lost or scanning is not allowed
 */
export async function sweep(client: Redis, namespaces: readonly string[]): Promise<Swept[]> {
  const found = new Map<string, Found>(namespaces.map((ns) => [ns, { locks: new Set(), lists: new Set() }]));
  const belongsTo = classifier(namespaces);
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'COUNT', 1_000);
    cursor = next;
    for (const key of keys) {
      const place = belongsTo(key);
      if (!place) continue;
      const names = found.get(place.ns)![place.kind];
      // One more than the limit is kept, to know that there were more.
      if (names.size <= sweepLimits[place.kind]) names.add(place.name);
    }
  } while (cursor !== '0');

  const swept: Swept[] = [];
  for (const [ns, { locks, lists }] of found) {
    swept.push({
      ns,
      locks: await allowed(readLocks(client, ns, [...locks].slice(0, sweepLimits.locks))),
      locksComplete: locks.size <= sweepLimits.locks,
      lists: await allowed(readLists(client, ns, [...lists].slice(0, sweepLimits.lists))),
      listsComplete: lists.size <= sweepLimits.lists,
    });
  }
  return swept;
}

async function allowed<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
}

interface Place {
  ns: string;
  kind: 'locks' | 'lists';
  name: string;
}

/** Tells which namespace a key belongs to: the longest that it starts with, so that `shop:lock:a` is not the plain agents' own. */
export function classifier(namespaces: readonly string[]): (key: string) => Place | undefined {
  const longestFirst = [...namespaces].sort((a, b) => b.length - a.length);
  const isQueue = new RegExp(
    `^(${queuePatterns.map((glob) => glob.split('*').map(escape).join('.*')).join('|')})$`,
    's',
  );
  return (key) => {
    const ns = longestFirst.find((prefix) => key.startsWith(prefix));
    if (ns === undefined) return undefined;
    const name = key.slice(ns.length);
    // A key this long only wants to fill our memory.
    if (name.length > 16_384) return undefined;
    if (name.startsWith(lockPrefix)) return { ns, kind: 'locks', name: name.slice(lockPrefix.length) };
    // `*:queue` would also match the queues of every repository's own fleet.
    if (ns === '' && repositoryNamespace.test(name)) return undefined;
    return isQueue.test(name) ? { ns, kind: 'lists', name } : undefined;
  };
}

/** What set-up names a repository's fleet: a slug and four hexadecimal digits. */
const repositoryNamespace = /^\{?[\w.-]+-[0-9a-f]{4}\}?:/;

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

async function readLocks(client: Redis, ns: string, resources: string[]): Promise<LockSeen[]> {
  const locks: LockSeen[] = [];
  for (const page of pages(resources, 500)) {
    const pipeline = client.pipeline();
    for (const resource of page) {
      const key = ns + lockPrefix + resource;
      pipeline.getrange(key, 0, lockValueBytes - 1).pttl(key);
    }
    const replies = (await pipeline.exec()) ?? [];
    page.forEach((resource, i) => {
      const [valueError, value] = replies[2 * i] ?? [];
      const [ttlError, ttl] = replies[2 * i + 1] ?? [];
      if (ttlError) throw ttlError;
      // A key of another type is a lock all the same: it stands in SETNX's way.
      if (valueError && !valueError.message.startsWith('WRONGTYPE')) throw valueError;
      // -2: gone since the scan.
      if (typeof ttl !== 'number' || ttl === -2) return;
      locks.push({ resource, ...holderOf(valueError ? null : value), ttlMs: ttl < 0 ? null : ttl });
    });
  }
  return locks;
}

/** The function library writes JSON of holder and token; anybody else's text is the holder's name. */
function holderOf(value: unknown): { holder: string | null; token: number | null } {
  if (typeof value !== 'string' || value === '') return { holder: null, token: null };
  if (value.startsWith('{')) {
    try {
      const parsed: unknown = JSON.parse(value);
      if (isObject(parsed) && typeof parsed['holder'] === 'string' && parsed['holder'] !== '') {
        const token = Number(parsed['token']);
        return { holder: parsed['holder'], token: Number.isSafeInteger(token) && token > 0 ? token : null };
      }
    } catch {
      // Not the library's, so it is read as a name.
    }
  }
  return { holder: value, token: null };
}

async function readLists(client: Redis, ns: string, names: string[]): Promise<ListSeen[]> {
  if (names.length === 0) return [];
  const pipeline = client.pipeline();
  for (const name of names) pipeline.llen(ns + name);
  const replies = (await pipeline.exec()) ?? [];
  const lists: ListSeen[] = [];
  names.forEach((name, i) => {
    const [error, length] = replies[i] ?? [];
    // A key of a queue's name that is no list is somebody else's.
    if (error && !error.message.startsWith('WRONGTYPE')) throw error;
    if (!error && typeof length === 'number') lists.push({ name, length });
  });
  return lists;
}

function* pages<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
