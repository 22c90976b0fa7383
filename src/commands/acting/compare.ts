import * as vscode from 'vscode';
import { exists } from '../../host/exists.ts';
import { committed, committedUri } from '../../host/lastCommit.ts';
import { displayText } from '../../protocol/displayText.ts';
import { isAsked } from '../arguments.ts';
import { forMessage } from '../say.ts';
import type { Whereabouts } from '../openResource.ts';
import type { Acting } from './acting.ts';
import { contestedFile, type Contested } from './contestedFile.ts';
import { treesOf, type Tree } from './workingTrees.ts';

/** Which two addresses stand beside each other, else why none do. */
export type Compared =
  | { readonly compared: true; readonly left: string; readonly right: string }
  | { readonly compared: false; readonly why: 'absent' | 'uncommitted' | 'elsewhere' | 'untrusted' };

interface Sides {
  readonly left: vscode.Uri;
  readonly right: vscode.Uri;
  readonly title: string;
}
type Problem = { readonly why: Exclude<Compared, { compared: true }>['why']; readonly text: string };

/**
 * Shows what two agents make of one file, that of a row, of `{uri}` or of `{resource, ns?}`: both files where they have working
 * trees of their own on this machine, else the file as it is beside how it was committed last.
 */
export async function compare(acting: Acting, files: Whereabouts, argument?: unknown): Promise<Compared | undefined> {
  const contested = await contestedFile(acting, files, argument);
  if (contested === undefined) return undefined;
  const trees = await treesOf(acting, files, contested);
  const [first, second] = trees;
  const found =
    first === undefined
      ? elsewhere(contested)
      : second === undefined
        ? await againstCommit(contested, first)
        : await againstEachOther(contested, first, second);
  if ('why' in found) {
    if (!isAsked(argument)) void vscode.window.showInformationMessage(forMessage(found.text));
    return { compared: false, why: found.why };
  }
  const { left, right, title } = found;
  await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
  return { compared: true, left: left.toString(), right: right.toString() };
}

async function againstEachOther(contested: Contested, a: Tree, b: Tree): Promise<Sides | Problem> {
  for (const tree of [a, b]) if (!(await exists(tree.file))) return absent(contested, tree);
  return { left: a.file, right: b.file, title: `${contested.name} (${a.owner} ↔ ${b.owner})` };
}

async function againstCommit(contested: Contested, { file, owner }: Tree): Promise<Sides | Problem> {
  if (!(await exists(file))) return absent(contested, { file, owner });
  if (!vscode.workspace.isTrusted) {
    return { why: 'untrusted', text: vscode.l10n.t('In a workspace that is not trusted git is not asked.') };
  }
  if ((await committed(file.fsPath)) === null) {
    const text = vscode.l10n.t(
      '{0} has not been committed yet, so there is nothing to compare it with.',
      contested.name,
    );
    return { why: 'uncommitted', text };
  }
  return {
    left: committedUri(file),
    right: file,
    title: vscode.l10n.t('{0} (last commit ↔ {1})', contested.name, owner),
  };
}

function absent({ name }: Contested, { owner, file }: Tree): Problem {
  const folder = displayText(vscode.Uri.joinPath(file, '..').fsPath, 120);
  return { why: 'absent', text: vscode.l10n.t('There is no {0} where {1} works ({2}).', name, owner, folder) };
}

function elsewhere({ name }: Contested): Problem {
  const text = vscode.l10n.t('Nobody who works on {0} does so on this machine, and it is not in this workspace.', name);
  return { why: 'elsewhere', text };
}
