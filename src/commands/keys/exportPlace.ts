import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { textOf } from '../arguments.ts';

/** Where keys are exported to, and whether a file that is there may be written over. */
export interface ExportPlace {
  readonly file: string;
  readonly overwrite: boolean;
}

/** The file that an argument object names by `file`, or one of its own in the person's home; nobody is asked. */
export const placeIn = (argument: unknown, now: number): ExportPlace => ({
  file: textOf(argument, 'file') ?? path.join(homedir(), nameAt(now)),
  overwrite: false,
});

/** Asks where to; undefined where the person leaves. */
export async function askPlace(title: string, now: number): Promise<ExportPlace | undefined> {
  const defaultUri = vscode.Uri.file(path.join(homedir(), nameAt(now)));
  const saveLabel = vscode.l10n.t('Export');
  const uri = await vscode.window.showSaveDialog({
    title,
    saveLabel,
    defaultUri,
    filters: { 'JSON Lines': ['jsonl'] },
  });
  return uri && { file: uri.fsPath, overwrite: true };
}

const nameAt = (now: number): string =>
  `signalbox-keys-${new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)}.jsonl`;
