import type { Redis } from '../client.ts';

/** Keys that are looked at together: few enough for the server to do it at a stretch. */
const pageSize = 100;

/** What is to be cleaned up. */
export interface Scope {
  /** As of SCAN's MATCH. */
  readonly pattern: string;
  /** Of a whole namespace, the ones in it that are others' own. */
  readonly except: readonly string[];
  /** Also leases, and what the function library and its clients keep. */
  readonly everything: boolean;
}

/** Why a key is left where it is. */
export type Kept = 'lease' | 'own' | 'large';

export interface Looked {
  readonly key: Buffer;
  readonly type: string;
  readonly bytes: number;
  readonly kept: Kept | null;
}

/**
 * A key that takes more of the server's memory is left where it is: DUMP would hold the server up for it, and without that
 * there is no export.
 */
export const largestKey = 1024 * 1024;

/** Keys within a scope in pages of 100, by SCAN with COUNT 1000; a key may come twice. */
export async function* matchedKeys(client: Redis, { pattern, except }: Scope): AsyncGenerator<Buffer[]> {
  let cursor = '0';
  let page: Buffer[] = [];
  do {
    const [next, keys] = await client.scanBuffer(cursor, 'MATCH', pattern, 'COUNT', 1_000);
    cursor = next.toString();
    for (const key of keys) {
      if (except.some((ns) => key.toString().startsWith(ns))) continue;
      page.push(key);
      if (page.length < pageSize) continue;
      yield page;
      page = [];
    }
  } while (cursor !== '0');
  if (page.length > 0) yield page;
}

/** What the library and its clients keep, in whatever namespace. */
const own = /^(?:[^]*:)?(?:agent:(?:seq|state|history|config|control|inbox:[^]*)|signalbox:[^]*)$/;
const lock = /^(?:[^]*:)?lock:/;

/** Types and sizes of keys, and what must stay; those that are gone are left out. @throws the client's error */
export async function lookAt(client: Redis, keys: readonly Buffer[], everything: boolean): Promise<Looked[]> {
  const names = keys.map((key) => key.toString());
  const asked = client.pipeline();
  for (const key of keys) asked.type(key).call('MEMORY', 'USAGE', key, 'SAMPLES', '5');
  const locks = everything ? [] : keys.filter((_, i) => lock.test(names[i] ?? ''));
  for (const key of locks) asked.getrange(key, 0, 511);
  const replies = (await asked.exec()) ?? [];
  const leases = new Set(locks.filter((_, i) => isLease(replies[2 * keys.length + i]?.[1])));
  return keys.flatMap((key, i) => {
    const [typeError, type] = replies[2 * i] ?? [];
    const [memoryError, memory] = replies[2 * i + 1] ?? [];
    if (typeError ?? memoryError) throw typeError ?? memoryError;
    if (type === 'none' || memory === null) return [];
    const bytes = Number(memory);
    const isOwn = !everything && own.test(names[i] ?? '');
    const kept = isOwn ? 'own' : leases.has(key) ? 'lease' : bytes > largestKey ? 'large' : null;
    return [{ key, type: String(type), bytes, kept }];
  });
}

/** The function library's locks are JSON with a token, and are there only while they are held. */
const isLease = (text: unknown): boolean => typeof text === 'string' && /^\{.*"token"/s.test(text);
