import type { Histogram } from '../../src/protocol/histogram.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import type { Formats } from './formats.ts';
import { type Bar, barsOf } from './heat.ts';
import { histogramFigures } from './latencyText.ts';

/** Durations by ranges: bars that are rows of a table, so that they can be read as one. */
export class Distribution {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #title = element('h3');
  readonly #figures = element('p', { class: 'chart-note' });
  readonly #body = element('tbody');

  /** @param beside what stands beside the title and the figures */
  constructor(page: Page, formats: Formats, name: string, beside: HTMLElement | null) {
    this.#page = page;
    this.#formats = formats;
    const { l10n } = page;
    const headings = [l10n.t('Duration'), l10n.t('Share of the longest bar'), l10n.t('Measured')];
    this.element = element(
      'div',
      { class: name, hidden: true },
      element(
        'div',
        { class: 'chart-bar' },
        element('div', { class: 'chart-words' }, this.#title, this.#figures),
        beside,
      ),
      element(
        'table',
        {},
        element(
          'thead',
          { class: 'unseen' },
          element('tr', {}, ...headings.map((text) => element('th', { scope: 'col' }, text))),
        ),
        this.#body,
      ),
    );
  }

  /** How many there are. */
  get bars(): number {
    return this.#body.rows.length;
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** @param span what the bars reach over */
  show(title: string, histogram: Histogram, mostBars: number, span = histogram): void {
    this.element.hidden = false;
    setText(this.#title, title);
    setText(this.#figures, histogramFigures(histogram, this.#page.l10n, this.#formats));
    const bars = barsOf(histogram, mostBars, span);
    const most = bars.reduce((highest, { count }) => Math.max(highest, count), 1);
    const { rows } = this.#body;
    while (rows.length > bars.length) this.#body.deleteRow(-1);
    for (const [i, bar] of bars.entries()) this.#fill(rows[i] ?? this.#body.appendChild(row()), bar, most);
  }

  #fill(target: HTMLTableRowElement, { from, upTo, count }: Bar, most: number): void {
    const [range, part, counted] = target.cells;
    setText(range!, this.#formats.range(from, upTo));
    const [bar, said] = part!.children as unknown as [HTMLElement, HTMLElement];
    const width = `${((100 * count) / most).toFixed(1)}%`;
    if (bar.style.width !== width) bar.style.width = width;
    setText(said, this.#formats.percent(count / most));
    setText(counted!, this.#formats.count(count));
  }
}

const row = (): HTMLTableRowElement =>
  element(
    'tr',
    {},
    element('th', { scope: 'row' }),
    element('td', {}, element('span', { class: 'chart-part' }), element('span', { class: 'unseen' })),
    element('td'),
  );
