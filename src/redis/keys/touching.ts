import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';

/** How long marked keys wait for others to be read with them, in ms. */
const together = 4;
/** Beyond so many at once all is read anew. */
export const mostMarked = 2_000;

/**
 * Keys that have to be read again, by their bytes. They are read together, one reading after the other, and never while
 * something else reads them.
 */
export class Touching implements Disposable {
  readonly #clock: Clock;
  readonly #read: (keys: readonly Buffer[]) => Promise<void>;
  readonly #flooded: () => void;
  #marked = new Map<string, Buffer>();
  #timer: Disposable | undefined;
  #reading: Promise<void> | undefined;
  #held = false;

  /**
   * @param read reads them; must not reject
   * @param flooded there were more than are kept, which are forgotten
   */
  constructor(clock: Clock, read: (keys: readonly Buffer[]) => Promise<void>, flooded: () => void) {
    this.#clock = clock;
    this.#read = read;
    this.#flooded = flooded;
  }

  mark(key: Buffer): void {
    if (this.#marked.size >= mostMarked) {
      this.clear();
      return this.#flooded();
    }
    this.#marked.set(key.toString('latin1'), key);
    this.#later(together);
  }

  /** Resolves when none of them is being read, nor will be before {@link go}; those that are marked are handed over. */
  async hold(): Promise<readonly Buffer[]> {
    this.#held = true;
    await this.#reading;
    const keys = [...this.#marked.values()];
    this.clear();
    return keys;
  }

  go(): void {
    this.#held = false;
    if (this.#marked.size > 0) this.#later(together);
  }

  clear(): void {
    this.#marked.clear();
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  dispose(): void {
    this.clear();
  }

  #later(ms: number): void {
    if (this.#held || this.#reading) return;
    this.#timer ??= this.#clock.after(ms, () => this.#begin());
  }

  #begin(): void {
    this.#timer = undefined;
    const keys = [...this.#marked.values()];
    this.#marked.clear();
    const began = performance.now();
    this.#reading = this.#read(keys).then(() => {
      this.#reading = undefined;
      // As long as it took, so that a flood has half of the link at most.
      if (this.#marked.size > 0) this.#later(Math.max(together, performance.now() - began));
    });
  }
}
