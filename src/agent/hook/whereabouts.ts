import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { placeOf } from '../resourceName.ts';

/** What a repository recorded for itself, and where it lies. */
export interface Recorded {
  /** The working tree's folder. */
  root: string;
  /** Null where nothing is recorded. */
  namespace: string | null;
  /** `deny` where nobody edits while Redis is away. */
  whenDown: string;
  /** A table of its own of what shell commands claim, as JSON. */
  bashResources: string;
  branch: string;
  /** What git calls a further working tree; empty for the first. */
  tree: string;
}

/** Where an event happens: the repository, and the edited file from its root, empty where there is nothing to claim. */
export interface Whereabouts extends Recorded {
  rel: string;
}

/**
 * The repository that an event belongs to: the nearest one at or above the edited file that recorded a namespace, else the one
 * around the session's folder. `file` is empty where no file is edited. Follows links, as far as there is something. Of a folder,
 * where that is wanted, `rel` ends in a slash.
 */
export function whereaboutsOf(cwd: string, file: string, asFolder = false): Whereabouts {
  const place = file === '' ? null : resolved(file, cwd, asFolder);
  const found = place === null ? null : lookUp(asFolder ? place : path.dirname(place));
  const here = found !== null && found.namespace !== null ? found : lookUp(existing(cwd));
  const rel = place === null ? '' : relative(here.root, place);
  if (!asFolder) return { ...here, rel };
  return { ...here, rel: rel !== '' ? `${rel}/` : place !== null && place === here.root ? './' : '' };
}

/** Where a path leads; null where it leads in a circle, or through a file. */
function resolved(file: string, cwd: string, asFolder: boolean): string | null {
  try {
    const { path: place, isFolder } = placeOf(file, existing(cwd));
    return isFolder === asFolder ? place : null;
  } catch {
    return null;
  }
}

function relative(root: string, place: string): string {
  if (root === '') return '';
  const rel = path.relative(root, place);
  if (rel === '' || rel === '..' || rel.startsWith(`..${path.sep}`) || path.isAbsolute(rel)) return '';
  const name = rel.split(path.sep).join('/');
  return name.startsWith('.git/') ? '' : name;
}

/** A folder without links, or the nearest above it that exists. */
function existing(folder: string): string {
  for (let at = path.resolve(folder || '/'); ; at = path.dirname(at)) {
    try {
      const real = realpathSync.native(at);
      if (statSync(real).isDirectory()) return real;
    } catch {
      // What is above it may exist.
    }
    if (path.dirname(at) === at) return at;
  }
}

/** The nearest repository upwards that recorded a namespace, else the first of any kind; with an empty root where there is none. */
function lookUp(folder: string): Recorded {
  let nearest: Recorded | undefined;
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) {
      const found = recordedIn(at);
      if (found.namespace !== null) return found;
      nearest ??= found;
    }
    if (path.dirname(at) === at) break;
  }
  const nothing = { root: '', namespace: null, branch: '', tree: '' };
  return { ...(nearest ?? nothing), whenDown: '', bashResources: '' };
}

function recordedIn(root: string): Recorded {
  const folders = gitFolders(root);
  const config = folders === null ? '' : textOf(path.join(folders.common, 'config'));
  const head = folders === null ? '' : (textOf(path.join(folders.own, 'HEAD')).split('\n')[0] ?? '').trim();
  const branch = head.startsWith('ref: refs/heads/') ? head.slice('ref: refs/heads/'.length) : head.slice(0, 7);
  const tree = folders === null || folders.own === folders.common ? '' : path.basename(folders.own);
  let [isOurs, namespace, whenDown, bashResources] = [false, '', '', ''];
  for (const line of config.split('\n')) {
    const entry = line.trim();
    if (entry.startsWith('[')) isOurs = entry.startsWith('[signalbox]');
    else if (isOurs) {
      namespace = /^namespace = (.*)$/.exec(entry)?.[1] ?? namespace;
      whenDown = /^whenredisisdown = (.*)$/i.exec(entry)?.[1] ?? whenDown;
      bashResources = /^bashresources = (.*)$/i.exec(entry)?.[1] ?? bashResources;
    }
  }
  const own = namespace === '' ? null : namespace;
  return { root, namespace: own, whenDown, bashResources: unquoted(bashResources), branch, tree };
}

/** A value as it stands in git's configuration. */
const unquoted = (text: string): string =>
  text.replace(/\\([\\"nt])|"/g, (_, sign?: string) => (sign === 'n' ? '\n' : sign === 't' ? '\t' : (sign ?? '')));

/** The repository's own folder, and the one that all of its worktrees share. */
function gitFolders(root: string): { own: string; common: string } | null {
  const place = path.join(root, '.git');
  let own = place;
  if (!statSync(place, { throwIfNoEntry: false })?.isDirectory()) {
    const first = firstLine(place);
    if (first === '') return null;
    own = path.resolve(root, first.replace(/^gitdir: /, ''));
  }
  const shared = firstLine(path.join(own, 'commondir'));
  return { own, common: shared === '' ? own : path.resolve(own, shared) };
}

const firstLine = (file: string): string => (textOf(file).split('\n')[0] ?? '').trim();

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
