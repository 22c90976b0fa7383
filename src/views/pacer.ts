import type { Clock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { guarded } from './guarded.ts';

/** Runs something when asked: the first time at once, and again at most every `ms` milliseconds however often asked. */
export class Pacer implements Disposable {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #run: () => void;
  #rest: Disposable | null = null;
  #asked = false;

  constructor(clock: Clock, ms: number, run: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#run = run;
  }

  request(): void {
    if (this.#rest !== null) {
      this.#asked = true;
      return;
    }
    this.#rest = this.#clock.after(this.#ms, () => {
      this.#rest = null;
      if (this.#asked) this.request();
    });
    this.#asked = false;
    guarded(this.#run);
  }

  dispose(): void {
    this.#rest?.dispose();
    this.#rest = null;
    this.#asked = false;
  }
}
