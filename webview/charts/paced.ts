import type { Clock } from '../../src/protocol/clock.ts';

/** Says at most so much in a time: the first at once, then the newest of what came meanwhile. */
export class Paced {
  readonly #clock: Clock;
  readonly #pace: number;
  readonly #say: (text: string) => void;
  #next: string | null = null;
  #isResting = false;

  constructor(clock: Clock, pace: number, say: (text: string) => void) {
    this.#clock = clock;
    this.#pace = pace;
    this.#say = say;
  }

  say(text: string): void {
    if (this.#isResting) {
      this.#next = text;
      return;
    }
    this.#isResting = true;
    this.#clock.after(this.#pace, () => {
      this.#isResting = false;
      const next = this.#next;
      this.#next = null;
      if (next !== null) this.say(next);
    });
    this.#say(text);
  }
}
