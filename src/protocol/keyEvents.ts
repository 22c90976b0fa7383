import { defaultPatterns, failedEnds, globMatcher, metaEnd, type KeyPattern } from './keyTable.ts';
import { globEscape, lockPrefix } from './names.ts';

/** What `notify-keyspace-events` has to hold for each change of a key to be told: by key, and these kinds of commands. */
const kinds = 'g$lshzte';
/** All kinds by one letter, but for what nobody needs here (keys that are missed, or new). */
const allKinds = 'A';

/** Whether a server's `notify-keyspace-events` makes it tell all changes of keys, only some, or none by the key's name. */
export function notificationsOf(flags: string): 'all' | 'some' | 'none' {
  if (!flags.includes('K')) return 'none';
  if (flags.includes(allKinds) || [...kinds].every((kind) => flags.includes(kind))) return 'all';
  return [...kinds].some((kind) => flags.includes(kind)) ? 'some' : 'none';
}

/** These flags with what is missing for all changes to be told; nobody else's are taken away. */
export function withNotifications(flags: string): string {
  if (notificationsOf(flags) === 'all') return flags;
  const missing = [...`K${kinds}`].filter(
    (flag) => !flags.includes(flag) && !(flag !== 'K' && flags.includes(allKinds)),
  );
  return flags + missing.join('');
}

/** What stands before a key in the name of the channel on which its changes are told. */
export const keyspacePrefix = (database: number): string => `__keyspace@${String(database)}__:`;

/** The keys of a queue of BullMQ by which its jobs go, behind its name. */
const bullParts = [
  'meta',
  'wait',
  'paused',
  'active',
  'delayed',
  'prioritized',
  'failed',
  'completed',
  'waiting-children',
];
const bullPart = new RegExp(`:(${bullParts.join('|')})$`);

/** The key by which a queue of BullMQ would be known, if this is one of its keys; null if it is none. */
export const metaNameOf = (name: string): string | null =>
  bullPart.test(name) ? name.slice(0, name.lastIndexOf(':')) + metaEnd : null;

/**
 * Patterns of keys that hold whatever may be a lock or be named by the table, in these namespaces. Each costs the server a
 * comparison for each change of any key, and is told of by a message of its own, so what another one covers is left out.
 */
export function watchedGlobs(namespaces: readonly string[], own: readonly KeyPattern[] = []): string[] {
  const globs = [`${lockPrefix}*`, ...[...own, ...defaultPatterns].flatMap(globsOf)].map((glob) =>
    glob.replaceAll(/\*+/g, '*'),
  );
  const covered = (ns: string, glob: string): boolean =>
    namespaces.some(
      (other) =>
        ns.startsWith(other) &&
        globs.some((each) => other + each !== ns + glob && globMatcher(other + each)(ns + glob)),
    );
  const all = namespaces.flatMap((ns) => globs.filter((glob) => !covered(ns, glob)).map((glob) => ns + glob));
  return [...new Set(all)].map((glob) => glob.split('*').map(globEscape).join('*'));
}

function globsOf({ role, glob, type }: KeyPattern): string[] {
  if (role !== 'queue') return [glob];
  if (type === 'hash') return bullParts.map((part) => `${glob.slice(0, -metaEnd.length)}:${part}`);
  return type === undefined ? [glob, ...failedEnds.map((end) => glob + end)] : [glob];
}
