import { open, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { textOf } from '../arguments.ts';

/** Where tasks are exported to, and whether a file that is there may be written over. */
interface Place {
  readonly file: string;
  readonly overwrite: boolean;
}

/** The file that an argument object names by `file`, or one of its own in the person's home. */
export const taskFileIn = (argument: unknown, queue: string, now: number): Place => ({
  file: textOf(argument, 'file') ?? usualFile(queue, now),
  overwrite: false,
});

/** Asks where to; undefined where the person leaves. */
export async function askTaskFile(title: string, queue: string, now: number): Promise<Place | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title,
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.file(usualFile(queue, now)),
    filters: { 'JSON Lines': ['jsonl'] },
  });
  return uri && { file: uri.fsPath, overwrite: true };
}

function usualFile(queue: string, now: number): string {
  const name = queue.replace(/[^\w.-]+/g, '-').slice(0, 60);
  return path.join(homedir(), `${name}-${new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)}.jsonl`);
}

/** A file of JSON lines that is there once something is in it, for nobody but its owner to read. */
export class TaskFile {
  readonly #place: Place;
  #handle: FileHandle | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Null while nothing is in it. */
  get path(): string | null {
    return this.#handle === undefined ? null : this.#place.file;
  }

  /** Resolves when the lines are on the disk. @throws the system's error, as where a file is in the way */
  async keep(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    this.#handle ??= await open(this.#place.file, this.#place.overwrite ? 'w' : 'wx', 0o600);
    await this.#handle.appendFile(lines.map((line) => `${line}\n`).join(''));
    await this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
