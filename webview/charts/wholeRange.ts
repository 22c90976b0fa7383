import type { Histogram } from '../../src/protocol/histogram.ts';
import type { LatencySeries } from '../../src/protocol/panel/picture.ts';
import { element } from '../dom.ts';
import type { Page } from '../page.ts';
import { Distribution } from './distribution.ts';
import type { Formats } from './formats.ts';
import { seriesName } from './latencyText.ts';
import { rangeWords } from './shownText.ts';

/** Least height of a bar's row, and of what stands above them, in CSS pixels. */
const rowHeight = 13;
/** Where there is more room than bars, they need not stand further apart. */
const mostRowHeight = 22;
const headHeight = { wide: 32, narrow: 52 };
/** Least width at which the title and the figures are one line. */
const wide = 440;
/** With fewer bars there is little to see; with more there is nothing more to see. */
const fewestBars = 5;
const mostBars = 24;

/**
 * All durations of the range, in the room that the chart's neighbours leave beside them: it takes none of its own, and is
 * not there where there is too little.
 */
export class WholeRange {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #distribution: Distribution;
  #bars = 0;
  /** Another stands in its place: then the room that is left says nothing. */
  #isAside = false;

  /** @param resized there is another room for bars */
  constructor(page: Page, formats: Formats, resized: () => void) {
    this.#page = page;
    this.#formats = formats;
    this.#distribution = new Distribution(page, formats, 'chart-whole', null);
    this.element = element('div', { class: 'chart-room' }, this.#distribution.element);
    new ResizeObserver(() => {
      if (this.#isAside) return;
      const { clientHeight, clientWidth } = this.element;
      const head = clientWidth < wide ? headHeight.narrow : headHeight.wide;
      const bars = Math.min(mostBars, Math.floor((clientHeight - head) / rowHeight));
      if (bars === this.#bars) return;
      this.#bars = bars;
      resized();
    }).observe(this.element);
  }

  /** How many bars there is room for; 0 where it is too little to be used. */
  get room(): number {
    return this.#bars < fewestBars ? 0 : this.#bars;
  }

  /** Shows these, if there are any and there is room. */
  show(durations: () => Histogram, series: LatencySeries): void {
    this.#isAside = false;
    if (this.room === 0) return this.#distribution.hide();
    const all = durations();
    if (all.total === 0) return this.#distribution.hide();
    const { l10n, seconds } = this.#page;
    const last = rangeWords(seconds.view.range, this.#formats);
    this.#distribution.show(l10n.t('{0}, last {1}', seriesName(series, l10n), last), all, this.room);
    const { element: shown, bars } = this.#distribution;
    shown.style.maxHeight = `${String(headHeight.narrow + bars * mostRowHeight)}px`;
  }

  /** Makes room for another. */
  stepAside(): void {
    this.#isAside = true;
    this.#distribution.hide();
  }
}
