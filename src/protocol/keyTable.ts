import { controlKey, configKey, historyKey, inboxPrefix, lockPrefix, seqKey, sidePrefix, stateHash } from './names.ts';

/** What a key is for, by its name and type. */
export type KeyRole = 'pipeline' | 'run' | 'errors' | 'progress' | 'queue' | 'shared' | 'result';

/** Types of Redis that a role may have; a key of that name with another type is somebody else's. */
export const roleTypes: Readonly<Record<KeyRole, ReadonlySet<string>>> = {
  pipeline: new Set(['string', 'hash', 'list']),
  run: new Set(['string']),
  errors: new Set(['list']),
  progress: new Set(['string']),
  queue: new Set(['list', 'stream']),
  shared: new Set(['hash', 'string']),
  result: new Set(['string']),
};

export interface KeyPattern {
  readonly role: KeyRole;
  /** Of the name behind the namespace; `*` stands for anything. */
  readonly glob: string;
  /** The name says so little that it counts only where agents or queues are known. */
  readonly isGeneric?: boolean;
  /** Where the role is meant for one of its types only. */
  readonly type?: string;
}

const of = (role: KeyRole, globs: readonly string[], more: Partial<KeyPattern> = {}): KeyPattern[] =>
  globs.map((glob) => ({ role, glob, ...more }));

/**
 * The names that plain agents are told to use, with and without a prefix. The first that fits name and type counts: a hash
 * `analysis:results` is shared state, a text of that name a result.
 */
export const defaultPatterns: readonly KeyPattern[] = [
  ...of('pipeline', ['pipeline:*:status', 'pipeline:*:results', '*:pipeline:*:status', '*:pipeline:*:results']),
  ...of('run', ['task:status', 'run:status', '*:task:status', '*:run:status']),
  ...of('errors', ['errors:list', '*:errors', '*:errors:list']),
  ...of('errors', ['errors'], { isGeneric: true }),
  ...of('progress', ['*:total', '*:current', '*:completed', '*:processed', '*:count']),
  ...of('progress', ['total', 'current', 'completed', 'processed', 'counter', 'count'], { isGeneric: true }),
  ...of('queue', ['agent:tasks', '*:queue', '*:tasks', '*:jobs']),
  ...of('queue', ['*:stream'], { type: 'stream' }),
  ...of('queue', ['bull:*:meta', '{bull}:*:meta'], { type: 'hash' }),
  ...of('shared', ['*:results', '*:context'], { type: 'hash' }),
  ...of('shared', ['results', 'context'], { type: 'hash', isGeneric: true }),
  ...of('shared', ['config'], { isGeneric: true }),
  ...of('result', ['*:result', '*:results', '*:temp:*']),
  ...of('result', ['result', 'results'], { isGeneric: true }),
];

/** What stands behind the name of a list in the names of those with what went wrong. */
export const failedEnds = [':failed', ':dead'] as const;

/** How the key ends in which BullMQ keeps what a queue is. */
export const metaEnd = ':meta';

/** Any other key of BullMQ, whatever its queue or job may be called. */
const ofBull = /^(bull|\{bull\}):[^:]+:/;

/** What the library and its clients keep there themselves. */
const ours = new Set([stateHash, seqKey, historyKey, configKey, controlKey]);

/** Longest name that is looked at, in UTF-16 units: a longer one only wants to fill our memory. */
const longestName = 1_024;

interface Entry extends KeyPattern {
  /** Its place in the table. */
  readonly at: number;
  readonly test: (name: string) => boolean;
}

/** Which roles a key's name may mean, first the likeliest. */
export class KeyTable {
  /** By what stands behind the last colon, since most names in a database end like none of them. */
  readonly #byEnd = new Map<string, Entry[]>();
  readonly #others: Entry[] = [];

  /** @param own what a person set, which comes before the names that are known anyway */
  constructor(own: readonly KeyPattern[] = []) {
    for (const [at, pattern] of [...own, ...defaultPatterns].entries()) {
      const entry = { ...pattern, at, test: globMatcher(pattern.glob) };
      const end = endOf(pattern.glob);
      const alike = this.#byEnd.get(end);
      if (end.includes('*')) this.#others.push(entry);
      else if (alike) alike.push(entry);
      else this.#byEnd.set(end, [entry]);
    }
  }

  /** @param name behind the namespace */
  patternsOf(name: string): readonly KeyPattern[] {
    if (name.length > longestName || ours.has(name)) return [];
    if (name.startsWith(lockPrefix) || name.startsWith(inboxPrefix) || name.startsWith(sidePrefix)) return [];
    const fits = ({ test }: Entry): boolean => test(name);
    const fit = [...(this.#byEnd.get(endOf(name))?.filter(fits) ?? []), ...this.#others.filter(fits)];
    fit.sort((a, b) => a.at - b.at);
    return ofBull.test(name) ? fit.filter(({ role, type }) => role === 'queue' && type === 'hash') : fit;
  }
}

const endOf = (name: string): string => name.slice(name.lastIndexOf(':') + 1);

/** The first pattern that fits a key's type. */
export function roleFor(patterns: readonly KeyPattern[], type: string): KeyPattern | undefined {
  return patterns.find(({ role, type: only }) => (only === undefined ? roleTypes[role].has(type) : only === type));
}

/** A test of a glob in which `*` is all that has a meaning, in time that grows with the name alone. */
export function globMatcher(glob: string): (name: string) => boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return (name) => name === first;
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= name.length - last.length;
  };
}

const roles: ReadonlySet<string> = new Set(Object.keys(roleTypes));
const [mostPatterns, longestGlob] = [100, 256];
const shown = (value: unknown): string => JSON.stringify(value).slice(0, 40);

/**
 * Reads the setting `signalbox.keys.patterns`: an object of a role and a list of globs, which say more than `*`. What is no such
 * thing is left out and named in `wrong`, at a length to be shown.
 */
export function readPatterns(value: unknown): { patterns: KeyPattern[]; wrong: string[] } {
  const patterns: KeyPattern[] = [];
  const wrong: string[] = [];
  if (value === undefined || value === null) return { patterns, wrong };
  if (typeof value !== 'object' || Array.isArray(value)) return { patterns, wrong: [shown(value)] };
  for (const [role, globs] of Object.entries(value)) {
    if (!roles.has(role) || !Array.isArray(globs)) {
      wrong.push(role.slice(0, 40));
      continue;
    }
    for (const glob of globs as unknown[]) {
      const isGood = typeof glob === 'string' && /[^*:]/.test(glob) && glob.length <= longestGlob;
      const isMeta = isGood && role === 'queue' && glob.endsWith(metaEnd);
      if (isGood && patterns.length < mostPatterns)
        patterns.push({ role: role as KeyRole, glob, ...(isMeta && { type: 'hash' }) });
      else wrong.push(`${role}: ${shown(glob)}`);
    }
  }
  return { patterns, wrong };
}
