import { createHash } from 'node:crypto';
import { roleFor, type KeyRole, type KeyTable } from '../../protocol/keyTable.ts';
import { lockPrefix } from '../../protocol/names.ts';
import type { Redis } from '../client.ts';
import { lookAt, matchedKeys, type Kept, type Scope } from './matchedKeys.ts';
import { textOfKey } from './keyName.ts';

/** More keys than this are not taken at once, since each is remembered. */
export const mostKeys = 1_000_000;
const mostExamples = 10;

/** What would be removed, as it was counted without touching anything. */
export interface Survey {
  total: number;
  readonly types: Record<string, number>;
  readonly roles: Partial<Record<KeyRole | 'lock' | 'other', number>>;
  /** Of the server's memory, by its own estimate. */
  bytes: number;
  readonly examples: string[];
  /** What stays where it is: how many, and one of them. */
  readonly kept: Partial<Record<Kept, { count: number; example: string }>>;
  /** There are more than are taken at once. */
  isCut: boolean;
  /** Which these are, and which stay: nothing else is removed later. */
  readonly meant: Set<number>;
  readonly left: Set<number>;
  /** By which they were counted: another may be of another server. */
  readonly client: Redis;
}

/** Stands for a key's name in a few bytes. */
export const digestOf = (key: Buffer): number => {
  const digest = createHash('sha1').update(key).digest();
  // As much as a number holds exactly.
  return digest.readUIntBE(0, 6) * 32 + (digest[6]! & 31);
};

/**
 * Counts what is within a scope, in pages that hold neither the server nor us up; `seen` is told how many there are so far.
 * @throws the client's error, and `signal`'s reason
 */
export async function survey(
  client: Redis,
  scope: Scope,
  namespaces: readonly string[],
  table: KeyTable,
  signal: AbortSignal,
  seen: (count: number) => void,
): Promise<Survey> {
  const longestFirst = namespaces.toSorted((a, b) => b.length - a.length);
  const found: Survey = {
    total: 0,
    types: {},
    roles: {},
    bytes: 0,
    examples: [],
    kept: {},
    isCut: false,
    meant: new Set(),
    left: new Set(),
    client,
  };
  const roleAs = (key: string, type: string): KeyRole | 'lock' | 'other' => {
    const ns = longestFirst.find((each) => key.startsWith(each)) ?? '';
    const name = key.slice(ns.length);
    return name.startsWith(lockPrefix) ? 'lock' : (roleFor(table.patternsOf(name), type)?.role ?? 'other');
  };
  for await (const page of matchedKeys(client, scope)) {
    signal.throwIfAborted();
    for (const { key, type, bytes, kept } of await lookAt(client, page, scope.everything)) {
      const digest = digestOf(key);
      if (found.meant.has(digest) || found.left.has(digest)) continue;
      if (found.meant.size + found.left.size >= mostKeys) {
        found.isCut = true;
        return found;
      }
      if (kept !== null) {
        found.left.add(digest);
        const { count, example } = found.kept[kept] ?? { count: 0, example: textOfKey(key) };
        found.kept[kept] = { count: count + 1, example };
        continue;
      }
      found.meant.add(digest);
      found.total += 1;
      found.bytes += bytes;
      found.types[type] = (found.types[type] ?? 0) + 1;
      const role = roleAs(key.toString(), type);
      found.roles[role] = (found.roles[role] ?? 0) + 1;
      if (found.examples.length < mostExamples) found.examples.push(textOfKey(key));
    }
    seen(found.total);
  }
  return found;
}
