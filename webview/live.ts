import { element } from './dom.ts';

/** Says something to a screen reader, without moving the focus. */
export class Announcer {
  /** Two in turn, so that the same words said again are heard again. */
  readonly #places = [place(), place()];
  #turn = 0;

  get elements(): readonly HTMLElement[] {
    return this.#places;
  }

  announce(text: string): void {
    this.#places[this.#turn]!.textContent = '';
    this.#turn = 1 - this.#turn;
    this.#places[this.#turn]!.textContent = text;
  }
}

const place = (): HTMLElement => element('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
