import * as vscode from 'vscode';
import { exists } from './exists.ts';

/** A path that is deeper than this is a circle of links. */
const deepest = 64;

/** The nearest folder above `folder` that holds a `.git` (a folder, or a file in a worktree); null where there is none. */
export async function repositoryRootAbove(folder: vscode.Uri): Promise<vscode.Uri | null> {
  let at = folder;
  for (let depth = 0; depth < deepest; depth++) {
    if (await exists(vscode.Uri.joinPath(at, '.git'))) return at;
    const above = vscode.Uri.joinPath(at, '..');
    if (above.path === at.path) return null;
    at = above;
  }
  return null;
}
