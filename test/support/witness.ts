import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';

/**
 * Sees outside of Redis who holds a file: the holder makes a file of that name, which fails where there is one, and takes
 * it away before it releases. Beside it stands the last token, which only who holds the file may look at and raise.
 * Processes share a witness by sharing its folder.
 */
export class Witness {
  readonly #folder: string;
  readonly #tokens = new Map<string, number>();
  readonly #bytes = Buffer.alloc(8);
  /** Times that a file had a holder already. */
  doubles = 0;
  /** Times that a token was not greater than the one before. */
  notGrown = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** True where there was no other holder, and then `leave` must follow. */
  enter(file: string, token: number): boolean {
    try {
      closeSync(openSync(this.#path(file, 'held'), 'wx'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      this.doubles++;
      return false;
    }
    if (token <= this.#lastToken(file)) this.notGrown++;
    this.#bytes.writeDoubleLE(token);
    writeSync(this.#tokenFile(file), this.#bytes, 0, 8, 0);
    return true;
  }

  leave(file: string): void {
    unlinkSync(this.#path(file, 'held'));
  }

  #lastToken(file: string): number {
    const length = readSync(this.#tokenFile(file), this.#bytes, 0, 8, 0);
    return length === 8 ? this.#bytes.readDoubleLE() : 0;
  }

  #tokenFile(file: string): number {
    let descriptor = this.#tokens.get(file);
    if (descriptor === undefined) {
      descriptor = openSync(this.#path(file, 'token'), 'a+');
      closeSync(descriptor);
      descriptor = openSync(this.#path(file, 'token'), 'r+');
      this.#tokens.set(file, descriptor);
    }
    return descriptor;
  }

  #path(file: string, what: string): string {
    return path.join(this.#folder, `${encodeURIComponent(file)}.${what}`);
  }
}
