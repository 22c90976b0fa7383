import type { Clock } from '../src/protocol/clock.ts';
import { Emitter } from '../src/protocol/emitter.ts';
import type { Drawing } from './page.ts';

/** Least time between two drawings, in ms. */
const pace = 100;

/** The frames of the window, which tests bring about by hand. */
export interface Frames {
  next(call: () => void): void;
  readonly isHidden: boolean;
}

/**
 * Draws at most ten times a second. What is asked for while the page is hidden waits until {@link wake}. Pausing is kept
 * here and holds back what there is to draw (`Seconds`, `Figures`), not the drawing: a picture that stands still can
 * still be pointed at, made wider, or seen in another theme.
 */
export class PacedDrawing implements Drawing {
  readonly #frames: Frames;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  readonly #paused = new Emitter<void>();
  #isDue = false;
  #drawnAt = -Infinity;
  #isPaused = false;

  readonly onDidPause = this.#paused.event;

  constructor(frames: Frames, clock: Clock) {
    this.#frames = frames;
    this.#clock = clock;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  request(draw: () => void): void {
    this.#waiting.add(draw);
    this.wake();
  }

  pause(on: boolean): void {
    if (on === this.#isPaused) return;
    this.#isPaused = on;
    this.#paused.fire();
  }

  /** To be called when the page is seen again. */
  wake(): void {
    if (this.#isDue || this.#waiting.size === 0 || this.#frames.isHidden) return;
    this.#isDue = true;
    const wait = this.#drawnAt + pace - this.#clock.now();
    // A clock that was set back must not stop the drawing.
    if (wait > 0 && wait <= pace) this.#clock.after(wait, () => this.#frame());
    else this.#frame();
  }

  #frame(): void {
    this.#frames.next(() => {
      this.#isDue = false;
      if (this.#frames.isHidden) return;
      this.#drawnAt = this.#clock.now();
      const due = [...this.#waiting];
      this.#waiting.clear();
      for (const draw of due) {
        try {
          draw();
        } catch (error) {
          // One part that cannot be drawn leaves the others alone; it surfaces by itself.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    });
  }
}
