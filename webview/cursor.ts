import { Emitter } from '../src/protocol/emitter.ts';
import type { TimeCursor } from './page.ts';

/** While it is pinned, pointing elsewhere changes nothing. */
export class SharedCursor implements TimeCursor {
  readonly #changed = new Emitter<void>();
  #at: number | null = null;
  #isPinned = false;

  readonly onDidChange = this.#changed.event;

  get at(): number | null {
    return this.#at;
  }

  get isPinned(): boolean {
    return this.#isPinned;
  }

  point(at: number | null): void {
    if (!this.#isPinned) this.#put(at, false);
  }

  pin(at: number | null): void {
    this.#put(at, at !== null);
  }

  #put(at: number | null, isPinned: boolean): void {
    if (at === this.#at && isPinned === this.#isPinned) return;
    this.#at = at;
    this.#isPinned = isPinned;
    this.#changed.fire();
  }
}
