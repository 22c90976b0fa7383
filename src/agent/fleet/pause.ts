import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';

/** Waits by the injected clock; disposing ends the wait under way and all later ones at once. One wait at a time. */
export class Pause implements Disposable {
  readonly #clock: Clock;
  #wake: (() => void) | null = null;
  #isDisposed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  for(ms: number): Promise<void> {
    if (this.#isDisposed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, resolve);
      this.#wake = () => {
        timer.dispose();
        resolve();
      };
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#wake?.();
  }
}
