import type { Redis } from '../client.ts';
import { exclusively } from '../keys/exclusively.ts';
import { UserError } from '../userError.ts';
import { whereOf } from '../whereOf.ts';
import { isMissing, loadFailure } from './failures.ts';
import { primaries } from './primaries.ts';

/** What came of wanting the library on a server. */
export interface Loaded {
  version: string;
  /** False where this or a newer version was there already. */
  changed: boolean;
}

/** Another loader may come between looking and loading; after so many times something else is wrong. */
const tries = 5;
/** Every loader watches and sets it, since a change of a library is nothing that WATCH would see. */
const versionKey = 'signalbox:library';

/** The version that the text of a library says it has. */
export function versionIn(source: string): string {
  const version = /^local VERSION = '(\d+\.\d+\.\d+)'$/m.exec(source)?.[1];
  if (version === undefined) throw new Error('the library does not say its version');
  return version;
}

/** The version of the library on this server; null where there is none. Any other failure is thrown as the client's. */
export async function installedVersion(client: Redis): Promise<string | null> {
  try {
    const reply: unknown = await client.call('FCALL_RO', 'signalbox_version', 0);
    return Array.isArray(reply) ? String(reply[0]) : String(reply);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Puts the library on a server, and on every primary of its cluster, unless the same or a newer version is there.
 * `client` must be connected, and who else uses MULTI on it does so `exclusively`.
 * @throws UserError when a right is missing or the server refuses it
 */
export async function loadLibrary(client: Redis, source?: string): Promise<Loaded> {
  const text = source ?? (await import('./source.ts')).source;
  try {
    const results: Loaded[] = [];
    for await (const { node, key } of primaries(client, versionKey)) {
      results.push(await exclusively(node, () => loadInto(node, key, text)));
    }
    const changed = results.some((result) => result.changed);
    return { version: results.map((result) => result.version).sort(compareVersions)[0]!, changed };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(loadFailure(error, whereOf(client)), { cause: error });
  }
}

async function loadInto(client: Redis, key: string, source: string): Promise<Loaded> {
  const version = versionIn(source);
  const enough = async (): Promise<string | null> => {
    const there = await installedVersion(client);
    return there !== null && compareVersions(there, version) >= 0 ? there : null;
  };
  // Who only uses it needs no right to load it.
  const before = await enough();
  if (before !== null) return { version: before, changed: false };
  for (let attempt = 0; attempt < tries; attempt++) {
    await client.watch(key);
    const there = await enough();
    if (there !== null) {
      await client.unwatch();
      return { version: there, changed: false };
    }
    const done = await client.multi().set(key, version).call('FUNCTION', 'LOAD', 'REPLACE', source).exec();
    // Nothing was done: another loader set the key meanwhile.
    if (done === null) continue;
    for (const [error] of done) if (error) throw error;
    return { version, changed: true };
  }
  throw new UserError({ code: 'library-missing', detail: 'others load it again and again' });
}

/** Negative, 0 or positive, as `a` is older, the same or newer. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (x?.[i] ?? 0) - (y?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
