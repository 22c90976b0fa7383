import { roleFor, type KeyPattern } from '../../protocol/keyTable.ts';
import type { KeySeen } from '../../protocol/keySeen.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';

/** Of a text so many bytes are read, of anything else so many entries. */
const [textBytes, mostEntries] = [4_096, 50];
/** What stands in a field or an entry is cut to so many characters; an error is shown whole, if it is no longer than this. */
const [entryLength, errorLength] = [512, 2_000];
/** Of a key that takes more of the server's memory the content is not read, since an entry may be of any size. */
const mostMemory = 1024 * 1024;
const pageSize = 200;

/** A key by its name behind the namespace: its bytes, and what it may be for. */
export interface Candidate {
  readonly key: Buffer;
  readonly patterns: readonly KeyPattern[];
}

type Reply = [error: Error | null, value: unknown];

/**
 * Reads the keys that are for something by their name and type, in pipelines and no more of each than is shown. Those that are
 * gone by now, or have another type, are left out.
 * @throws the client's error when the connection is lost or this user may not read
 */
export async function readKeys(client: Redis, candidates: ReadonlyMap<string, Candidate>): Promise<KeySeen[]> {
  const seen: KeySeen[] = [];
  const all = [...candidates];
  for (let i = 0; i < all.length; i += pageSize) seen.push(...(await readPage(client, all.slice(i, i + pageSize))));
  return seen;
}

async function readPage(client: Redis, page: readonly (readonly [string, Candidate])[]): Promise<KeySeen[]> {
  const asked = client.pipeline();
  for (const [, { key }] of page) asked.type(key).pttl(key).call('MEMORY', 'USAGE', key, 'SAMPLES', '5');
  const about = ((await asked.exec()) ?? []) as Reply[];
  const wanted: {
    name: string;
    candidate: Candidate;
    pattern: KeyPattern;
    type: string;
    ttlMs: number | null;
    bytes: number | null;
  }[] = [];
  page.forEach(([name, candidate], i) => {
    const [type, ttl, memory] = [about[3 * i], about[3 * i + 1], about[3 * i + 2]];
    if (type?.[0]) throw type[0];
    if (ttl?.[0]) throw ttl[0];
    const pattern = roleFor(candidate.patterns, String(type?.[1]));
    const left = Number(ttl?.[1]);
    if (pattern === undefined || left === -2) return;
    // Who may not ask for it sees the content all the same.
    const bytes = memory?.[0] ? null : Number(memory?.[1]);
    const isHuge = bytes !== null && bytes > mostMemory && type?.[1] !== 'string';
    const found = { name, candidate, pattern, type: String(type?.[1]), ttlMs: left < 0 ? null : left, bytes };
    wanted.push(isHuge ? { ...found, type: `huge ${found.type}` } : found);
  });
  if (wanted.length === 0) return [];
  const reading = client.pipeline();
  for (const { candidate, type } of wanted) ask(reading, candidate.key, type);
  const replies = ((await reading.exec()) ?? []) as Reply[];
  return wanted.flatMap(({ name, pattern, type, ttlMs, bytes }, i) => {
    const [size, content] = [replies[2 * i], replies[2 * i + 1]];
    for (const reply of [size, content]) if (reply?.[0] && isForbidden(reply[0])) throw reply[0];
    // It is another key by now.
    if (size?.[0] || content?.[0]) return [];
    const { role, isGeneric = false } = pattern;
    const base = {
      name,
      role,
      isGeneric,
      type: type.replace('huge ', '') as KeySeen['type'],
      ttlMs,
      bytes,
      size: Number(size?.[1]),
    };
    return [{ ...base, ...contentOf(type, content?.[1], role === 'errors' ? errorLength : entryLength) }];
  });
}

function ask(reading: ReturnType<Redis['pipeline']>, key: Buffer, type: string): void {
  switch (type) {
    case 'string':
      return void reading.strlen(key).getrange(key, 0, textBytes - 1);
    case 'hash':
      return void reading.hlen(key).hscan(key, 0, 'COUNT', mostEntries);
    case 'list':
      return void reading.llen(key).lrange(key, 0, mostEntries - 1);
    case 'huge hash':
      return void reading.hlen(key).ttl(key);
    default:
      return void reading.llen(key).ttl(key);
  }
}

function contentOf(type: string, content: unknown, most: number): Pick<KeySeen, 'text' | 'entries'> {
  if (type === 'string') return { text: String(content), entries: [] };
  if (type === 'list' && Array.isArray(content)) {
    return { text: null, entries: content.map((entry, i) => [String(i), cut(entry, most)]) };
  }
  const flat: unknown = type === 'hash' && Array.isArray(content) ? (content as unknown[])[1] : [];
  const entries: [string, string][] = [];
  if (Array.isArray(flat)) {
    for (let i = 0; i + 1 < flat.length && entries.length < mostEntries; i += 2) {
      entries.push([cut(flat[i], most), cut(flat[i + 1], most)]);
    }
  }
  // Redis gives them in any order, and another each time.
  return { text: null, entries: entries.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** A copy, so that the rest of a long text is not kept alive by its beginning. */
const cut = (value: unknown, most: number): string => Array.from(String(value).slice(0, most)).join('');
