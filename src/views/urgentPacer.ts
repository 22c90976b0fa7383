import type { Clock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { guarded } from './guarded.ts';

/**
 * Shortest time from one drawing to the next, in ms, by what is new: a row that was not there, one that went, or only ages.
 * VS Code passes a change of a tree on at once where none came within 200 ms before, else 200 ms after the last: a change
 * that comes too early holds itself up, and one that is of no hurry holds up the one that is.
 */
const rests = { row: 205, list: 500, age: 10_000 } as const;
export type Hurry = keyof typeof rests;

/** Draws what needs a person: a new row as soon as VS Code takes it, and anything else seldom enough not to be in its way. */
export class UrgentPacer implements Disposable {
  readonly #clock: Clock;
  readonly #draw: () => boolean;
  #drawnAt = -Infinity;
  #waiting: { readonly at: number; readonly timer: Disposable } | null = null;

  /** @param draw answers whether there was something to draw */
  constructor(clock: Clock, draw: () => boolean) {
    this.#clock = clock;
    this.#draw = draw;
  }

  request(hurry: Hurry): void {
    const now = this.#clock.now();
    const at = Math.min(this.#drawnAt, now) + rests[hurry];
    if (this.#waiting !== null && this.#waiting.at <= at) return;
    this.#waiting?.timer.dispose();
    this.#waiting = null;
    if (at <= now) this.#run();
    else this.#waiting = { at, timer: this.#clock.after(at - now, () => this.#run()) };
  }

  #run(): void {
    this.#waiting = null;
    guarded(() => {
      if (this.#draw()) this.#drawnAt = this.#clock.now();
    });
  }

  dispose(): void {
    this.#waiting?.timer.dispose();
    this.#waiting = null;
  }
}
