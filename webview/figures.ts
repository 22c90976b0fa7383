import { Emitter } from '../src/protocol/emitter.ts';
import type { Now } from '../src/protocol/panel/picture.ts';
import type { Figures } from './page.ts';

/** The figures that were told last; those at the beginning of a {@link hold} while that is on. */
export class ToldFigures implements Figures {
  readonly #changed = new Emitter<void>();
  readonly #told = new Emitter<void>();
  #shown: Now;
  #latest: Now;
  #isHeld = false;

  readonly onDidChange = this.#changed.event;
  /** Fires also while they are held. */
  readonly onDidTell = this.#told.event;

  constructor(now: Now) {
    this.#shown = this.#latest = now;
  }

  get now(): Now {
    return this.#shown;
  }

  /** Also while they are held: how the connection stands is said at once. */
  get latest(): Now {
    return this.#latest;
  }

  tell(now: Now): void {
    this.#latest = now;
    this.#told.fire();
    if (!this.#isHeld) this.#show();
  }

  hold(on: boolean): void {
    this.#isHeld = on;
    if (!on) this.#show();
  }

  #show(): void {
    if (this.#shown === this.#latest) return;
    this.#shown = this.#latest;
    this.#changed.fire();
  }
}
