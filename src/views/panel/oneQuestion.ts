import type { Clock } from '../../protocol/clock.ts';
import type { Doing, Question } from './doing.ts';

/** How long after a no the next question is answered with no as well, in ms: long enough to close the panel. */
const rest = 1_000;

/**
 * Asks one question at a time, and none right after a no: a page that asks for more gets a no, so that no one is made to
 * click through a pile.
 */
export class OneQuestion {
  readonly #confirm: Doing['confirm'];
  readonly #clock: Clock;
  #isOpen = false;
  #refusedAt = -Infinity;

  constructor(confirm: Doing['confirm'], clock: Clock) {
    this.#confirm = confirm;
    this.#clock = clock;
  }

  async confirm(question: Question): Promise<boolean> {
    const since = this.#clock.now() - this.#refusedAt;
    if (this.#isOpen || (since >= 0 && since < rest)) return false;
    this.#isOpen = true;
    try {
      const isAllowed = await this.#confirm(question);
      if (!isAllowed) this.#refusedAt = this.#clock.now();
      return isAllowed;
    } finally {
      this.#isOpen = false;
    }
  }
}
