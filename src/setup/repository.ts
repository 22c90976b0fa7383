import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** A repository as it lies on this machine. Nothing of it is asked of git, which may be missing or slow. */
export interface Repository {
  /** The working tree around the folder that was asked about. */
  root: string;
  /** What all its working trees share. */
  gitFolder: string;
}

/** More working trees than anybody has. */
const mostWorktrees = 200;

/**
 * The repository around a folder, links resolved; null without one. A submodule has no settings of its own, so that it
 * belongs to the repository around it.
 */
export function repositoryAround(folder: string): Repository | null {
  let at: string;
  try {
    at = realpathSync.native(folder);
  } catch {
    return null;
  }
  for (;;) {
    const gitFolder = gitFolderIn(at);
    if (gitFolder !== null) return { root: at, gitFolder };
    const above = path.dirname(at);
    if (above === at) return null;
    at = above;
  }
}

/** All working trees of a repository, the main one first, as far as they are still there. */
export function worktreesOf({ root, gitFolder }: Repository): string[] {
  const main = path.basename(gitFolder) === '.git' ? [path.dirname(gitFolder)] : [];
  const linked = namesIn(path.join(gitFolder, 'worktrees')).flatMap((name) => {
    const file = textOf(path.join(gitFolder, 'worktrees', name, 'gitdir'));
    return file === null ? [] : [path.dirname(file)];
  });
  const there = [...main, ...linked, root].flatMap((folder) => realPath(folder) ?? []);
  return [...new Set(there)];
}

/** The shared folder of the repository whose working tree this is; null of any other folder and of a submodule. */
function gitFolderIn(folder: string): string | null {
  const place = path.join(folder, '.git');
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (!found) return null;
  if (!found.isFile()) return realPath(place);
  const own = /^gitdir: (.+)$/.exec(textOf(place) ?? '')?.[1];
  if (own === undefined) return null;
  const ownFolder = path.resolve(folder, own);
  const shared = textOf(path.join(ownFolder, 'commondir'));
  if (shared !== null) return realPath(path.resolve(ownFolder, shared));
  // One that was made with --separate-git-dir lies anywhere but among the modules of another.
  return /[\\/]modules[\\/]/.test(ownFolder) ? null : realPath(ownFolder);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, mostWorktrees);
  } catch {
    return [];
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function realPath(place: string): string | null {
  try {
    return realpathSync.native(place);
  } catch {
    return null;
  }
}
