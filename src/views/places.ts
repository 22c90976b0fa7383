import { resourceKind } from '../protocol/names.ts';

/**
 * Where a resource lies below the root of its repository, as path segments; the root itself is the empty list. Null
 * for what names no place there: a named resource, an absolute path, or one that leaves the root. Agents write these
 * names, so nothing here trusts them.
 */
export function segmentsOf(resource: string, windows: boolean): readonly string[] | null {
  if (resource === '' || resourceKind(resource) === 'named' || resource.startsWith('/')) return null;
  const segments: string[] = [];
  for (const segment of resource.split('/')) {
    // `./x:y` is how a file is written whose name would read as a named resource.
    if (segment === '' || segment === '.') continue;
    // Half a surrogate pair cannot stand in an address, nor in a file's name.
    if (segment === '..' || /[\0\p{Cs}]/u.test(segment)) return null;
    // There a backslash separates like a slash, and a colon names a drive or a stream of a file.
    if (windows && /[\\:]/.test(segment)) return null;
    segments.push(segment);
  }
  return segments;
}

/** The last part of a resource and what stands before it, as file lists show them: `server.ts`, `src/api`. */
export function splitName(resource: string): { name: string; folder: string } {
  if (resourceKind(resource) === 'named') return { name: resource, folder: '' };
  const folderMark = resource.endsWith('/') ? '/' : '';
  const path = folderMark ? resource.slice(0, -1) : resource;
  const cut = path.lastIndexOf('/');
  const name = path.slice(cut + 1);
  // The root `./`, and odd names without a last part, stay whole.
  if (name === '' || name === '.') return { name: resource, folder: '' };
  return { name: name + folderMark, folder: path.slice(0, Math.max(0, cut)).replace(/^\.(\/|$)/, '') };
}

/** Answers where a resource is, without waiting: every address that has it, or undefined while it is looked up. */
export interface ResourceFinder {
  find(ns: string, resource: string): readonly string[] | undefined;
}

/** An address as what places are compared by: where the disk takes `A` and `a` for one file, so do we. */
export const placeKey = (address: string, ignoreCase: boolean): string =>
  ignoreCase ? address.toLowerCase() : address;
