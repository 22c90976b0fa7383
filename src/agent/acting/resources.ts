import { limits } from '../../protocol/names.ts';
import { UsageError } from '../exitCodes.ts';
import type { Options } from '../flags.ts';
import { exactResource, resourceNamed } from '../resourceName.ts';
import type { Desk } from './command.ts';

/** Resources as they were typed. */
export interface Typed {
  words: readonly string[];
  /** They are written as others know them. */
  exact: boolean;
}

export const exactOption = { exact: { type: 'boolean' } } as const satisfies Options;

/** What the helps of all commands that take resources say of them. */
export const resourceHelp = `A RESOURCE is a file or folder inside the repository around the current folder, or a named thing such as git:index or
port:3000 (a file so named is given as ./name). Links, .. and absolute paths are resolved, so that everybody's name for
a file is its path from the repository's root; an existing folder, or a path that ends in /, is a folder with all below
it, and . in the root is the whole repository. --exact takes names as they are, and works outside of a repository.`;

/** The resources that are meant, each once. Throws UsageError. */
export function resourcesMeant({ words, exact }: Typed, desk: Desk): string[] {
  return [...new Set(words.map((word) => (exact ? exactResource(word) : resourceNamed(word, desk.folder))))];
}

/** As {@link resourcesMeant}, of which there must be some, but not more than one call takes. */
export function someResources(typed: Typed, desk: Desk): string[] {
  const resources = resourcesMeant(typed, desk);
  if (resources.length === 0)
    throw new UsageError('Name a resource: a path such as src/a.ts, or a thing such as git:index.');
  if (resources.length > limits.resourcesPerCall) {
    throw new UsageError(`That is more than ${limits.resourcesPerCall} resources at once.`);
  }
  return resources;
}

/** A fencing token as a flag gives it. Throws UsageError. */
export function tokenFlag(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,16}$/.test(text)) throw new UsageError('--token takes the number that `claim` printed.');
  return Number(text);
}

/** A token is that of one resource. Throws UsageError. */
export function tokenForOne(token: number | null, count: number): void {
  if (token !== null && count !== 1) throw new UsageError('--token goes with exactly one resource.');
}
