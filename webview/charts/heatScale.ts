import { element, setText } from '../dom.ts';
import type { Words } from '../page.ts';
import type { Formats } from './formats.ts';
import type { Heat } from './heat.ts';

/** What the strengths of the heatmap's colour mean. */
export class HeatScale {
  readonly element: HTMLElement;
  readonly #l10n: Words;
  readonly #formats: Formats;
  readonly #few = element('span');
  readonly #many = element('span');

  constructor(l10n: Words, formats: Formats) {
    this.#l10n = l10n;
    this.#formats = formats;
    const hint = element('span', { class: 'chart-hint' }, l10n.t('Click a column to see its durations.'));
    const ramp = element('span', { class: 'chart-ramp' });
    this.element = element('div', { class: 'chart-scale' }, this.#few, ramp, this.#many, hint);
  }

  /** @param length of a column, in ms */
  show(heat: Heat | null, length: number): void {
    this.element.hidden = heat === null;
    if (heat === null) return;
    setText(this.#few, this.#formats.count(1));
    const most = this.#formats.count(heat.most);
    setText(this.#many, this.#l10n.t('{0}, the most in one cell of {1} s', most, this.#formats.count(length / 1_000)));
  }
}
