import { Histogram } from '../../src/protocol/histogram.ts';
import type { LatencySeries } from '../../src/protocol/panel/picture.ts';
import { type Button, button } from '../controls.ts';
import type { Page } from '../page.ts';
import { type Column, columnAt } from './columns.ts';
import { Distribution } from './distribution.ts';
import type { Formats } from './formats.ts';
import { seriesName } from './latencyText.ts';
import { WholeRange } from './wholeRange.ts';

/** Most bars of a column's durations, where nothing else gives the room. */
const mostBars = 12;
/** Bars that would stand where its frame is. */
const frameBars = 3;

/** The durations of the chosen column, else of the whole range. */
export class Durations {
  readonly elements: readonly HTMLElement[];
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #distribution: Distribution;
  readonly #whole: WholeRange;
  readonly #back: Button;
  #columns: readonly Column[] = [];
  #series: LatencySeries = 'messages';
  #chosen: Column | null = null;

  /** @param leave the person is done with the chosen column */
  constructor(page: Page, formats: Formats, leave: () => void) {
    this.#page = page;
    this.#formats = formats;
    this.#back = button({ label: page.l10n.t('Close'), onClick: leave });
    this.#distribution = new Distribution(page, formats, 'chart-distribution', this.#back.element);
    this.#distribution.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') leave();
    });
    this.#whole = new WholeRange(page, formats, () => this.#draw());
    this.elements = [this.#distribution.element, this.#whole.element];
  }

  /** @returns the column that is shown, which is none where nothing of the series was measured */
  choose(column: Column | null): Column | null {
    const isMeasured = column !== null && column.histogram(this.#series).total > 0;
    this.#chosen = isMeasured ? column : null;
    this.#draw();
    return this.#chosen;
  }

  /** Takes the columns that are shown now. The newest one fills up while it is chosen. */
  show(columns: readonly Column[], series: LatencySeries): void {
    this.#columns = columns;
    this.#series = series;
    const column = columnAt(columns, this.#chosen?.at ?? null);
    if (column !== undefined && column.end === this.#chosen?.end) this.#chosen = column;
    this.#draw();
  }

  #draw(): void {
    const { room } = this.#whole;
    if (this.#chosen === null) {
      this.#distribution.hide();
      this.#whole.show(() => this.#all(), this.#series);
      return;
    }
    const { l10n } = this.#page;
    this.#whole.stepAside();
    this.#back.relabel(room > 0 ? l10n.t('Whole range') : l10n.t('Close'));
    const title = `${seriesName(this.#series, l10n)}, ${this.#formats.span(this.#chosen)}`;
    const bars = room > frameBars ? room - frameBars : mostBars;
    // All columns have the same bars, so that they can be compared, and nothing below jumps.
    this.#distribution.show(title, this.#chosen.histogram(this.#series), bars, this.#all());
  }

  /** Those of the whole range. */
  #all(): Histogram {
    const all = new Histogram();
    for (const column of this.#columns) all.include(column.histogram(this.#series));
    return all;
  }
}
