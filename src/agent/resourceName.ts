import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { displayText } from '../protocol/displayText.ts';
import { exceedsBytes } from '../protocol/json.ts';
import { limits, resourceKind } from '../protocol/names.ts';
import { UsageError } from './exitCodes.ts';

/** The root of a repository as a resource: all that is in it. */
const wholeRepository = './';
const separator = path.sep === '/' ? '/' : /[\\/]/;
/** As many links as an operating system follows before it takes them for a circle. */
const mostLinks = 40;

/**
 * The resource that an argument names, so that all who mean one thing say the same. A named thing such as `git:index`
 * stays as it is. A path becomes relative to the root of the repository (in a worktree: the worktree's) around `folder`,
 * with links, `..` and the spelling on disk resolved as far as it exists; it ends in `/` where it is a folder on disk or
 * was written so. The disk is only looked at.
 * @throws UsageError for a path outside of the repository, or of any, and for what no resource can be called
 */
export function resourceNamed(argument: string, folder: string): string {
  if (argument === '')
    throw new UsageError('A resource needs a name: a path such as src/a.ts, or a thing such as git:index.');
  if (resourceKind(argument) === 'named' && !isDrivePath(argument)) return checked(argument, argument);
  // No system has such a path, and it would say so in its own words.
  if (argument.includes('\0')) return checked(argument, argument);
  const start = realpathSync.native(folder);
  const root = repositoryRoot(start);
  if (root === null) {
    throw new UsageError(
      `${quoted(argument)} is a path, and there is no repository around ${quoted(folder)} that it could be told from. ` +
        'Run this inside of one, claim a named thing such as job:deploy, or give the name as all others do with --exact.',
    );
  }
  const place = placeOf(argument, start);
  const below = path.relative(root, place.path);
  if (below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below)) {
    const where = place.path === argument ? '' : `${quoted(place.path)}, which is `;
    throw new UsageError(
      `${quoted(argument)} is ${where}outside of the repository ${quoted(root)}; only what is in it can be claimed.`,
    );
  }
  if (below === '') return wholeRepository;
  const name = below.split(path.sep).join('/') + (place.isFolder ? '/' : '');
  if (resourceKind(name) !== 'named') return checked(name, argument);
  if (name.includes('/')) {
    throw new UsageError(
      `${quoted(argument)} is in a folder at the root that is called like a named thing; no resource can be called so.`,
    );
  }
  return checked(`./${name}`, argument);
}

/**
 * A resource given just as others name it, without a look at the disk.
 * @throws UsageError for what no resource can be called
 */
export function exactResource(argument: string): string {
  if (resourceKind(argument) === 'named' || argument === wholeRepository) return checked(argument, argument);
  // The one path that begins with a dot is that of a file which looks like a named thing.
  const isPrefixed = /^\.\/[^/]+$/.test(argument) && resourceKind(argument.slice(2)) === 'named';
  const parts = isPrefixed ? [] : argument.replace(/\/$/, '').split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new UsageError(
      `${quoted(argument)} is no resource. With --exact a path is written as seen from the repository’s root, ` +
        'without a leading / and without . or .. in it: src/a.ts, or src/auth/ for a folder.',
    );
  }
  return checked(argument, argument);
}

/** The nearest folder at or above `folder` that holds a `.git`, be it a folder or a worktree’s file; null without one. */
export function repositoryRoot(folder: string): string | null {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return at;
    if (path.dirname(at) === at) return null;
  }
}

/** Where a path leads and whether that is a folder. What does not exist yet is taken as it is written. */
export function placeOf(argument: string, start: string): { path: string; isFolder: boolean } {
  const whole = path.isAbsolute(argument) ? path.parse(argument).root : '';
  let at = whole === '' ? start : path.resolve(whole);
  const todo = partsOf(argument.slice(whole.length));
  let links = 0;
  for (let part = todo.shift(); part !== undefined; part = todo.shift()) {
    // `at` is resolved already, so that what is above it is what the system takes `..` for.
    const next = part === '..' ? path.dirname(at) : path.join(at, part);
    const found = real(next, argument);
    if (found !== null) {
      at = found;
      continue;
    }
    const target = linkTarget(next);
    if (target === null) {
      at = next;
      continue;
    }
    // A link whose target is still to be made: to write to it is to write there.
    if (++links > mostLinks) throw new UsageError(`${quoted(argument)} leads in a circle of links.`);
    if (path.isAbsolute(target)) at = path.parse(target).root;
    todo.unshift(...partsOf(target));
  }
  const there = statSync(at, { throwIfNoEntry: false });
  const asFolder = ['', '.', '..'].includes(argument.split(separator).at(-1) ?? '');
  if (asFolder && there && !there.isDirectory()) {
    throw new UsageError(`${quoted(argument)} is a file; leave the / at its end out.`);
  }
  return { path: at, isFolder: there ? there.isDirectory() : asFolder };
}

const partsOf = (text: string): string[] => text.split(separator).filter((part) => part !== '' && part !== '.');

/** The path without links and as it is spelt on disk; null where there is nothing. */
function real(file: string, argument: string): string | null {
  try {
    return realpathSync.native(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'ENOTDIR') throw new UsageError(`${quoted(argument)} goes through a file as if it were a folder.`);
    if (code === 'ELOOP') throw new UsageError(`${quoted(argument)} leads in a circle of links.`);
    throw new UsageError(`${quoted(argument)} cannot be looked at: ${displayText(message, 200)}`);
  }
}

function linkTarget(file: string): string | null {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(file) : null;
}

/** On Windows `C:\` begins a path. */
const isDrivePath = (text: string): boolean => process.platform === 'win32' && /^[A-Za-z]:[\\/]/.test(text);

function checked(name: string, argument: string): string {
  if (/\p{Cc}/u.test(name)) {
    throw new UsageError(
      `${quoted(argument)} has a line break or another control character in it; no resource can be called so.`,
    );
  }
  // What is no text has been replaced on the way here, so that two such files would have one name.
  if (/[\ufffd\p{Cs}]/u.test(name))
    throw new UsageError(`${quoted(argument)} is not UTF-8; no resource can be called so.`);
  if (exceedsBytes(name, limits.resource)) {
    throw new UsageError(`${quoted(argument)} is longer than ${limits.resource} bytes; no resource can be called so.`);
  }
  return name;
}

const quoted = (text: string): string => `"${displayText(text, 200)}"`;
