import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { displayText } from '../../protocol/displayText.ts';
import { textOf } from '../arguments.ts';
import { forMessage } from '../say.ts';

/** Where keys or tasks are exported to, and whether a file that is there may be written over. */
export interface ExportPlace {
  readonly file: string;
  readonly overwrite: boolean;
}

/** The file that an argument object names by `file`, or one of its own in the person's home; nobody is asked. */
export const placeIn = (argument: unknown, now: number, what = 'keys'): ExportPlace => ({
  file: textOf(argument, 'file') ?? path.join(homedir(), nameAt(now, what)),
  overwrite: false,
});

/** Asks where to; undefined where the person leaves. */
export async function askPlace(title: string, now: number, what = 'keys'): Promise<ExportPlace | undefined> {
  const defaultUri = vscode.Uri.file(path.join(homedir(), nameAt(now, what)));
  const uri = await vscode.window.showSaveDialog({ title, defaultUri });
  return uri && { file: uri.fsPath, overwrite: true };
}

/** Says what became of it, with the file at hand. */
export function tellExported(text: string, file: string): void {
  const show = vscode.l10n.t('Open');
  void vscode.window.showInformationMessage(forMessage(text), show).then((chosen) => {
    if (chosen === show) void vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
  });
}

/** A file as it stands in a sentence. */
export const fileName = (file: string): string => displayText(file, 200);

function nameAt(now: number, what: string): string {
  const name = what.replace(/[^\w.-]+/g, '-').slice(0, 60);
  return `signalbox-${name}-${new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)}.jsonl`;
}
