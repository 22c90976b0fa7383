import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';

/** A key as a file keeps it: what DUMP said of it, and its time left in ms, 0 without an expiry. */
export interface Exported {
  readonly key: Buffer;
  readonly type: string;
  readonly pttl: number;
  readonly dump: Buffer;
}

/** How what is in the file comes back, for whoever opens it in a year. */
const how =
  'Each line is a key, to be restored by RESTORE key pttl dump, with dump (and key64, of a key that is no text) decoded from base64: ' +
  'tail -n +2 FILE | while read -r l; do jq -rj .dump <<<"$l" | base64 -d | redis-cli -x RESTORE "$(jq -r .key <<<"$l")" "$(jq .pttl <<<"$l")"; done';

/** Keys in a file, one a line, from which they can be restored. What keys hold may be secret, so only its owner may read it. */
export class ExportFile {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @throws Node's error where the file cannot be made, as when there is one and `overwrite` is not set */
  static async create(file: string, what: string, at: number, overwrite: boolean): Promise<ExportFile> {
    const handle = await open(file, overwrite ? 'w' : 'wx', 0o600);
    // One that was there may be for others to read, which some disks cannot change.
    await handle.chmod(0o600).catch(() => undefined);
    const made = new ExportFile(handle);
    await made.#write({ signalbox: 'keys', v: 1, at: new Date(at).toISOString(), what, how });
    return made;
  }

  /** Resolves when they are on the disk, which may be full only then. */
  async add(keys: readonly Exported[]): Promise<void> {
    for (const { key, type, pttl, dump } of keys) {
      const name = isUtf8(key) ? { key: key.toString() } : { key64: key.toString('base64') };
      await this.#write({ ...name, type, pttl, dump: dump.toString('base64') });
    }
    await this.#handle.datasync();
  }

  async close(): Promise<void> {
    try {
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
  }

  async #write(line: object): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify(line)}\n`);
  }
}
