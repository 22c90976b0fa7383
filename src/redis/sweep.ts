import type { Redis } from './client.ts';
import { failedEnds, KeyTable, metaEnd, type KeyPattern } from '../protocol/keyTable.ts';
import type { KeySeen } from '../protocol/keySeen.ts';
import { lockPrefix } from '../protocol/names.ts';
import { readKeys, type Candidate } from './keys/readKeys.ts';
import { readQueues } from './keys/readQueues.ts';
import { isObject } from '../protocol/json.ts';
import { isForbidden } from './rights.ts';
import type { FeedMessage, LockSeen } from '../protocol/messages.ts';
import type { QueueSeen } from '../protocol/queueSeen.ts';

/** How many locks, queues and other keys of a namespace are looked at in one sweep; what is beyond is said to be incomplete. */
export const sweepLimits = { locks: 5_000, queues: 200, keys: 500 } as const;

/** A lock's value is a name or a short JSON; whatever else stands there is not worth fetching. */
const lockValueBytes = 4_096;

export interface Swept {
  ns: string;
  /** Null where this user may not read them. */
  locks: LockSeen[] | null;
  locksComplete: boolean;
  queues: QueueSeen[] | null;
  queuesComplete: boolean;
  /** What plain agents keep beside these. */
  keys: KeySeen[] | null;
  keysComplete: boolean;
}

/** Single keys of a namespace, read again. */
export type Touched = Omit<Extract<FeedMessage, { kind: 'touched' }>, 'kind'>;

/** Names of locks and of others with their keys, byte for byte: a key need not be UTF-8, as a file's name need not. */
interface Names {
  locks: Map<string, Buffer>;
  queues: Map<string, Candidate>;
  keys: Map<string, Candidate>;
}

/** What was found in each namespace. What the last sweep found is looked at first in the next, so that what is shown is never stale. */
export type Memory = Map<string, Names>;

/**
 * Finds the locks, queues and what the table names of all `namespaces` in one pass over the key space: SCAN in pages of 1,000 names
 * that are filtered here (a pass for each pattern would make the server walk its keys each time). Says how many keys there are.
 * @throws the client's error when the connection is lost or scanning is not allowed
 */
export async function scan(client: Redis, namespaces: readonly string[], placeOf: Classifier): Promise<Scanned> {
  const found = noNames(namespaces);
  let count = 0;
  let cursor = '0';
  do {
    const [next, keys] = await client.scanBuffer(cursor, 'COUNT', 1_000);
    cursor = next.toString();
    count += keys.length;
    add(found, keys, placeOf);
  } while (cursor !== '0');
  return { found, count };
}

export interface Scanned {
  found: Memory;
  count: number;
}

/** Adds what these keys are to what was found. Answers whether two of them have one name in the picture. */
export function add(found: Memory, keys: readonly Buffer[], placeOf: Classifier, isLimited = true): boolean {
  let isUnsure = false;
  for (const key of keys) {
    const place = placeOf(key.toString());
    if (!place) continue;
    const names = found.get(place.ns);
    if (!names) continue;
    // One more than the limit is kept, to know that there were more.
    if (isLimited && names[place.kind].size > sweepLimits[place.kind]) continue;
    const own = place.kind === 'queues' ? key.subarray(0, key.length - (place.cut ?? 0)) : key;
    if (isOther(names[place.kind].get(place.name), own)) isUnsure = true;
    if (place.kind === 'locks') names.locks.set(place.name, own);
    else names[place.kind].set(place.name, { key: own, patterns: place.patterns });
  }
  return isUnsure;
}

/**
 * Reads the values of what was found, in pipelines. Where there are more than are looked at, those of `memory` come first; it is
 * brought up to date.
 * @throws the client's error when the connection is lost
 */
export async function readAll(client: Redis, found: Memory, memory: Memory): Promise<Swept[]> {
  const swept: Swept[] = [];
  for (const [ns, names] of found) {
    const before = memory.get(ns);
    const chosen = {
      locks: select(before?.locks, names.locks, sweepLimits.locks),
      queues: select(before?.queues, names.queues, sweepLimits.queues),
      keys: select(before?.keys, names.keys, sweepLimits.keys),
    };
    const seen = await readSome(client, chosen);
    memory.set(ns, {
      locks: only(chosen.locks, seen.locks?.map(nameOfLock)),
      queues: only(chosen.queues, seen.queues?.map(nameOf)),
      keys: only(chosen.keys, seen.keys?.map(nameOf)),
    });
    swept.push({
      ns,
      ...seen,
      locksComplete: names.locks.size <= sweepLimits.locks,
      queuesComplete: names.queues.size <= sweepLimits.queues,
      keysComplete: names.keys.size <= sweepLimits.keys,
    });
  }
  return swept;
}

/**
 * Reads just these keys again and brings `memory` up to date. What is new where there are as many as are looked at is left to the
 * next sweep, as is what this user may not read. `isUnsure` where two keys have one name in the picture, which happens to bytes
 * that are no text: only a sweep tells what is left of them.
 * @throws the client's error when the connection is lost
 */
export async function readAgain(
  client: Redis,
  keys: readonly Buffer[],
  placeOf: Classifier,
  memory: Memory,
): Promise<{ touched: Touched[]; isUnsure: boolean }> {
  const asked = noNames(memory.keys());
  const touched: Touched[] = [];
  let isUnsure = add(asked, keys, placeOf, false);
  for (const [ns, names] of asked) {
    const known = memory.get(ns)!;
    for (const kind of ['locks', 'queues', 'keys'] as const) {
      for (const [name, key] of names[kind]) {
        const before = known[kind].get(name);
        const isUnknown = isOther(before, bytesOf(key));
        if (isUnknown) isUnsure = true;
        if (isUnknown || (!before && known[kind].size >= sweepLimits[kind])) names[kind].delete(name);
      }
    }
    if (names.locks.size + names.queues.size + names.keys.size === 0) continue;
    const seen = await readSome(client, names);
    const gone = {
      locks: remember(known.locks, names.locks, seen.locks?.map(nameOfLock)),
      queues: remember(known.queues, names.queues, seen.queues?.map(nameOf)),
      keys: remember(known.keys, names.keys, seen.keys?.map(nameOf)),
    };
    touched.push({ ns, locks: seen.locks ?? [], queues: seen.queues ?? [], keys: seen.keys ?? [], gone });
  }
  return { touched, isUnsure };
}

async function readSome(
  client: Redis,
  { locks, queues, keys }: Names,
): Promise<Pick<Swept, 'locks' | 'queues' | 'keys'>> {
  return {
    locks: await allowed(readLocks(client, locks)),
    queues: await allowed(readQueues(client, queues)),
    keys: await allowed(readKeys(client, keys)),
  };
}

/** Keeps what of the asked was there, forgets the others, and answers which these are. */
function remember<T>(known: Map<string, T>, asked: Map<string, T>, there: readonly string[] | undefined): string[] {
  if (there === undefined) return [];
  const met = new Set(there);
  for (const [name, key] of asked) {
    if (met.has(name)) known.set(name, key);
    else known.delete(name);
  }
  return [...asked.keys()].filter((name) => !met.has(name));
}

const isOther = (known: Buffer | Candidate | undefined, key: Buffer): boolean =>
  known !== undefined && !bytesOf(known).equals(key);
const bytesOf = (key: Buffer | Candidate): Buffer => ('key' in key ? key.key : key);
const nameOf = ({ name }: { readonly name: string }): string => name;
const nameOfLock = ({ resource }: LockSeen): string => resource;

const noNames = (namespaces: Iterable<string>): Memory =>
  new Map([...namespaces].map((ns) => [ns, { locks: new Map(), queues: new Map(), keys: new Map() }]));

/** Those that were there before, then those that were met now, up to a limit. */
function select<T>(before: Map<string, T> | undefined, now: Map<string, T>, limit: number): Map<string, T> {
  // With all of them met there is no need to ask for those that are gone.
  if (now.size <= limit) return now;
  const all = new Map([...(before ?? []), ...now]);
  return new Map([...all].slice(0, limit));
}

function only<T>(names: Map<string, T>, keep: readonly string[] | undefined): Map<string, T> {
  const kept = new Set(keep);
  return new Map([...names].filter(([name]) => kept.has(name)));
}

async function allowed<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
}

type Place = { ns: string; name: string } & (
  | { kind: 'locks' }
  | { kind: 'keys'; patterns: readonly KeyPattern[]; cut?: undefined }
  /** `cut` bytes at the end of the key are not the queue's own: it is a list with what went wrong there. */
  | { kind: 'queues'; patterns: readonly KeyPattern[]; cut?: number }
);

export type Classifier = (key: string) => Place | undefined;

/** Tells which namespace a key belongs to: the longest that it starts with, so that `shop:lock:a` is not the plain agents' own. */
export function classifier(namespaces: readonly string[], table: KeyTable = new KeyTable()): Classifier {
  const longestFirst = [...namespaces].sort((a, b) => b.length - a.length);
  return (key) => {
    const ns = longestFirst.find((prefix) => key.startsWith(prefix));
    if (ns === undefined) return undefined;
    const name = key.slice(ns.length);
    // A key this long only wants to fill our memory.
    if (name.length > 16_384) return undefined;
    if (name.startsWith(lockPrefix)) return { ns, kind: 'locks', name: name.slice(lockPrefix.length) };
    // `*:queue` would also match the queues of every repository's own fleet.
    if (ns === '' && repositoryNamespace.test(name)) return undefined;
    const end = failedEnds.find((each) => name.endsWith(each));
    if (end !== undefined) {
      const base = name.slice(0, -end.length);
      const patterns = table.patternsOf(base);
      const [first] = patterns;
      if (first?.role === 'queue' && first.type === undefined)
        return { ns, kind: 'queues', name: base, patterns, cut: end.length };
    }
    const patterns = table.patternsOf(name);
    const [first] = patterns;
    if (first === undefined) return undefined;
    if (first.role !== 'queue') return { ns, kind: 'keys', name, patterns };
    // A queue of BullMQ is called what stands before this in all of its keys.
    return { ns, kind: 'queues', name: first.type === 'hash' ? name.slice(0, -metaEnd.length) : name, patterns };
  };
}

/** What set-up names a repository's fleet: a slug and four hexadecimal digits. */
export const repositoryNamespace = /^\{?[\w.-]+-[0-9a-f]{4}\}?:/;

async function readLocks(client: Redis, names: Map<string, Buffer>): Promise<LockSeen[]> {
  const locks: LockSeen[] = [];
  for (const page of pages([...names], 500)) {
    const pipeline = client.pipeline();
    for (const [, key] of page) pipeline.getrange(key, 0, lockValueBytes - 1).pttl(key);
    const replies = (await pipeline.exec()) ?? [];
    page.forEach(([resource], i) => {
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

function* pages<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
