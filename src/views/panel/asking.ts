import type { Doing, Question } from './doing.ts';

/** Asks one question at a time: a page that asks for more gets a no, so that no one is made to click through a pile. */
export class Asking {
  readonly #confirm: Doing['confirm'];
  #isOpen = false;

  constructor(confirm: Doing['confirm']) {
    this.#confirm = confirm;
  }

  async confirm(question: Question): Promise<boolean> {
    if (this.#isOpen) return false;
    this.#isOpen = true;
    try {
      return await this.#confirm(question);
    } finally {
      this.#isOpen = false;
    }
  }
}
