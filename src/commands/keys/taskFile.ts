import { open, type FileHandle } from 'node:fs/promises';
import type { ExportPlace } from './exportPlace.ts';

/** A file of JSON lines that is there once something is in it, for nobody but its owner to read. */
export class TaskFile {
  readonly #place: ExportPlace;
  #handle: FileHandle | undefined;

  constructor(place: ExportPlace) {
    this.#place = place;
  }

  /** Null while nothing is in it. */
  get path(): string | null {
    return this.#handle === undefined ? null : this.#place.file;
  }

  /** Resolves when the lines are on the disk. @throws the system's error, as where a file is in the way */
  async keep(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    if (this.#handle === undefined) {
      this.#handle = await open(this.#place.file, this.#place.overwrite ? 'w' : 'wx', 0o600);
      // One that was there may be for others to read, which some disks cannot change.
      await this.#handle.chmod(0o600).catch(() => undefined);
    }
    await this.#handle.appendFile(lines.map((line) => `${line}\n`).join(''));
    await this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
