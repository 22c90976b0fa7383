import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { limits, named } from '../protocol/names.ts';
import { isResource } from '../protocol/resources.ts';
import { exists } from './exists.ts';
import { readGitConfig } from './gitConfig.ts';
import type { Roots } from './roots.ts';

/** A resource of a fleet. */
export interface Place {
  readonly ns: string;
  readonly resource: string;
}

/**
 * Why something cannot be claimed: nobody said that its folder can be trusted; it is no file on this machine's disk; it is in
 * no repository and no folder of the window; no resource can be called so; this window does not follow the fleet of its repository.
 */
export type Unclaimable = 'untrusted' | 'no-file' | 'outside' | 'unnamed' | 'elsewhere';

/**
 * What a file or folder is called in its fleet, links resolved: as the hook of an agent would call it. The fleet is that
 * of the nearest repository above that recorded one, else the one that the window follows. Never rejects.
 * @param namespaces those that the window follows
 */
export async function placeAt(
  uri: vscode.Uri,
  roots: Roots,
  namespaces: readonly string[],
): Promise<Place | Unclaimable> {
  if (!vscode.workspace.isTrusted) return 'untrusted';
  if (uri.scheme !== 'file') return 'no-file';
  const file = await real(uri.fsPath);
  const isFolder = (await stat(file).catch(() => null))?.isDirectory() ?? false;
  for (const [ns, root] of roots.own) {
    const below = belowOf(await real(root.fsPath), file);
    if (below !== null && namespaces.includes(ns)) return placeOf(ns, below, isFolder);
  }
  const { root, ns } = await fleetAbove(isFolder ? file : path.dirname(file));
  const start = root ?? (await folderAround(uri));
  const below = start === null ? null : belowOf(start, file);
  if (below === null) return 'outside';
  const followed = ns !== null && namespaces.includes(ns) ? ns : unrecorded(ns, namespaces);
  return followed === null ? 'elsewhere' : placeOf(followed, below, isFolder);
}

/** The fleet of what no repository named a followed one for: the only one there is, else that of plain agents. */
function unrecorded(ns: string | null, namespaces: readonly string[]): string | null {
  const [only, ...others] = namespaces;
  if (only !== undefined && only !== '' && others.length === 0) return only;
  return ns === null && namespaces.includes('') ? '' : null;
}

/** The nearest repository upwards that recorded a fleet, else the nearest of any kind. */
async function fleetAbove(folder: string): Promise<{ root: string | null; ns: string | null }> {
  let nearest: string | null = null;
  let at = folder;
  for (let depth = 0; depth <= limits.levels; depth++) {
    if (await exists(vscode.Uri.file(path.join(at, '.git')))) {
      const ns = await readGitConfig(at, 'signalbox.namespace');
      if (ns !== '') return { root: at, ns };
      nearest ??= at;
    }
    if (path.dirname(at) === at) break;
    at = path.dirname(at);
  }
  return { root: nearest, ns: null };
}

async function folderAround(uri: vscode.Uri): Promise<string | null> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder === undefined ? null : real(folder.uri.fsPath);
}

/** A path without links; of what is not there, as far as there is something. */
async function real(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const above = path.dirname(file);
    return above === file ? file : path.join(await real(above), path.basename(file));
  }
}

/** A path seen from a root; null where it is not below it. */
function belowOf(root: string, file: string): string | null {
  const below = path.relative(root, file);
  return below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below) ? null : below;
}

function placeOf(ns: string, below: string, isFolder: boolean): Place | Unclaimable {
  const name = below.split(path.sep).join('/') + (isFolder ? '/' : '');
  if (name === '.git/' || name.startsWith('.git/')) return 'outside';
  const resource = name === '/' ? './' : named.test(name) ? `./${name}` : name;
  return isResource(resource) ? { ns, resource } : 'unnamed';
}
