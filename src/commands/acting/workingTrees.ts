import path from 'node:path';
import * as vscode from 'vscode';
import { isResource } from '../../protocol/resources.ts';
import { ownProcesses } from '../../redis/processes.ts';
import type { Whereabouts } from '../openResource.ts';
import type { Acting } from './acting.ts';
import type { Contested } from './contestedFile.ts';

/** A file in the working tree of somebody. */
export interface Tree {
  readonly file: vscode.Uri;
  /** Whose it is, as a title says it. */
  readonly owner: string;
}

/** The file in the working trees of whom it concerns, as far as these are on this machine, each tree once; else in this window. */
export async function treesOf(acting: Acting, files: Whereabouts, contested: Contested): Promise<Tree[]> {
  const { ns, resource, agents, uri } = contested;
  const trees = new Map<string, Tree>();
  for (const id of agents) {
    const root = rootOf(acting, ns, id);
    const file = root === null ? null : fileIn(root, resource);
    if (root === null || file === null || trees.has(root)) continue;
    trees.set(root, { file, owner: acting.nameOf(ns, id) });
  }
  const here = uri ?? (resource === '' ? undefined : (await files.look(ns, resource))[0]);
  const own = { file: here!, owner: vscode.l10n.t('this workspace') };
  const found = [...trees.values()];
  if (here === undefined || found.some(({ file }) => file.fsPath === here.fsPath)) return found;
  // Whoever sits here has no hook to tell where they work.
  const isMine = agents.includes(acting.by);
  return found.length === 0 || (isMine && found.length === 1) ? [...found, own] : found;
}

/** Where an agent on this machine works, as its hook tells; null where it tells nothing that can be looked at. */
function rootOf(acting: Acting, ns: string, id: string): string | null {
  const agent = acting.picture.agentById(ns, id);
  const root = agent?.hook?.root ?? null;
  if (root === null || agent?.host !== ownProcesses.host) return null;
  // Anybody may tell anything: a share on another machine would be asked as this user.
  return path.isAbsolute(root) && !/^[\\/]{2}|[\p{Cc}\p{Cs}]/u.test(root) ? path.normalize(root) : null;
}

/** Null for what would lie outside of the root. */
function fileIn(root: string, resource: string): vscode.Uri | null {
  if (!isResource(resource) || (process.platform === 'win32' && /[\\:]/.test(resource))) return null;
  return vscode.Uri.file(path.join(root, resource));
}
