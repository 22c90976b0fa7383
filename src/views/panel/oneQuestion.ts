import type { Clock } from '../../protocol/clock.ts';
import type { Doing, Question } from './doing.ts';

/** After so many times no, one soon after the other, questions are answered with no for a while: time to close the panel. */
const mostRefusals = 3;
const rest = 10_000;

/**
 * Asks one question at a time, and none for a while after several were answered with no: a page that asks for more gets a
 * no, so that no one is made to click through a pile.
 */
export class OneQuestion {
  readonly #confirm: Doing['confirm'];
  readonly #clock: Clock;
  #isOpen = false;
  #refusals = 0;
  #refusedAt = -Infinity;

  constructor(confirm: Doing['confirm'], clock: Clock) {
    this.#confirm = confirm;
    this.#clock = clock;
  }

  async confirm(question: Question): Promise<boolean> {
    if (this.#isOpen) return false;
    if (Math.abs(this.#clock.now() - this.#refusedAt) >= rest) this.#refusals = 0;
    if (this.#refusals >= mostRefusals) return false;
    this.#isOpen = true;
    try {
      const isAllowed = await this.#confirm(question);
      this.#refusals = isAllowed ? 0 : this.#refusals + 1;
      this.#refusedAt = this.#clock.now();
      return isAllowed;
    } finally {
      this.#isOpen = false;
    }
  }
}
