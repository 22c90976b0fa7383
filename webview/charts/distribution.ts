import type { LatencySeries } from '../../src/protocol/panel/picture.ts';
import { button } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import type { Column } from './columns.ts';
import type { Formats } from './formats.ts';
import { barsOf } from './heat.ts';
import { latencyFigures, seriesName } from './latencyText.ts';

/** Most bars: as many as fit below the chart. */
const mostBars = 12;

/** All durations of one column, by ranges. */
export class Distribution {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #title = element('h3');
  readonly #figures = element('p', { class: 'chart-note' });
  readonly #body = element('tbody');

  constructor(page: Page, formats: Formats, close: () => void) {
    this.#page = page;
    this.#formats = formats;
    const { l10n } = page;
    const closing = button({ label: l10n.t('Close'), icon: '✕', onClick: close });
    this.element = element(
      'div',
      { class: 'chart-distribution', hidden: true },
      element('div', { class: 'chart-bar' }, this.#title, closing.element),
      this.#figures,
      element(
        'table',
        {},
        element(
          'thead',
          { class: 'unseen' },
          element(
            'tr',
            {},
            element('th', { scope: 'col' }, l10n.t('Duration')),
            element('th', { scope: 'col' }, l10n.t('Part of the most')),
            element('th', { scope: 'col' }, l10n.t('Count')),
          ),
        ),
        this.#body,
      ),
    );
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') close();
    });
  }

  hide(): void {
    this.element.hidden = true;
  }

  show(column: Column, series: LatencySeries): void {
    const { l10n } = this.#page;
    this.element.hidden = false;
    setText(this.#title, `${seriesName(series, l10n)}, ${this.#formats.span(column)}`);
    setText(this.#figures, latencyFigures(column, series, l10n, this.#formats));
    const bars = barsOf(column.histogram(series), mostBars);
    const most = bars.reduce((highest, { count }) => Math.max(highest, count), 1);
    this.#body.replaceChildren(
      ...bars.map(({ from, upTo, count }) => {
        const bar = element('span', { class: 'chart-part' });
        bar.style.width = `${((100 * count) / most).toFixed(1)}%`;
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, this.#formats.range(from, upTo)),
          element('td', {}, bar, element('span', { class: 'unseen' }, this.#formats.percent(count / most))),
          element('td', {}, this.#formats.count(count)),
        );
      }),
    );
  }
}
