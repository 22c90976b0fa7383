import type uPlot from 'uplot';
import { latencySeries, type LatencySeries } from '../../src/protocol/panel/picture.ts';
import { button, dropdown } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { type Column, columnAt, Columns, stepFor } from './columns.ts';
import { Distribution } from './distribution.ts';
import { Formats } from './formats.ts';
import { makeFrame } from './frame.ts';
import { type Heat, heatOf } from './heat.ts';
import { Heatmap, mostHeatRows } from './heatmap.ts';
import { Legend, type LegendLine } from './legend.ts';
import { latencyEmpty, latencySummary, latencyWords, latestMeasured, measureText, seriesName } from './latencyText.ts';
import { penOf, Plot } from './plot.ts';
import { logBounds, logMarks, lonely } from './scales.ts';
import { shownOf } from './shownText.ts';
import { Surface } from './surface.ts';
import { ChartTable } from './table.ts';
import { WholeRange } from './wholeRange.ts';

const insets = { left: 58, right: 16 };
const height = 236;
/** Least width of a column in CSS pixels. */
const leastColumn = 3;
/** Most bars of a column's durations, where nothing else gives the room. */
const mostBars = 12;
/** Bars that would stand where its frame is. */
const frameBars = 3;
/** Most marks on the axis of durations. */
const mostMarks = 6;
/** What differs beside the colour. */
const dashes = { p50: [], p95: [6, 6], p99: [2, 2] };

/** How long broadcasts, decisions on claims, waits and the probe took: percentiles, and all durations below. */
export function makeLatency(page: Page): HTMLElement {
  return new Latency(page).element;
}

class Latency {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #columns = new Columns();
  readonly #legend: Legend;
  readonly #plot: Plot;
  readonly #heatmap: Heatmap;
  readonly #surface: Surface;
  readonly #table: ChartTable;
  readonly #distribution: Distribution;
  readonly #whole: WholeRange;
  readonly #back;
  readonly #measured = element('p', { class: 'chart-note' });
  readonly #probe = element('span', { class: 'chart-probe' });
  readonly #scale = element('div', { class: 'chart-scale' });
  readonly #few = element('span');
  readonly #many = element('span');
  #drawn: LatencySeries;
  /** The column whose durations are shown, by its beginning. */
  #chosen: Column | null = null;

  constructor(page: Page) {
    const { l10n, language, state, theme } = page;
    const formats = new Formats(language);
    this.#page = page;
    this.#formats = formats;
    this.#drawn = this.#series;
    const lines: LegendLine[] = [
      { label: 'p50', style: 'solid', color: () => theme.colors.series.green },
      { label: 'p95', style: 'dashed', color: () => theme.colors.series.orange },
      { label: 'p99', style: 'dotted', color: () => theme.colors.series.red },
    ];
    this.#legend = new Legend(page, lines, [this.#probe]);
    this.#plot = new Plot(page, formats, {
      height,
      insets,
      series: () => this.#lines(),
      scales: { y: { distr: 3, range: (_plot, min, max) => logBounds(min, max) } },
      axes: () => [this.#axis()],
    });
    this.#heatmap = new Heatmap(page, formats, insets);
    this.#surface = new Surface(page, {
      insets,
      emptyHeight: height,
      content: [this.#plot.element, this.#heatmap.element],
      columns: () => this.#columns.all,
      words: (column) => latencyWords(column, this.#series, l10n, formats),
      choose: (column, _clientY, isAgain) => {
        if (!isAgain) this.#choose(column);
        return !isAgain;
      },
      leave: () => this.#choose(null),
      resized: () => this.#draw(),
    });
    const leave = (): void => {
      this.#choose(null);
      this.#surface.element.focus();
    };
    this.#back = button({ label: l10n.t('Close'), onClick: leave });
    this.#distribution = new Distribution(page, formats, 'chart-distribution', this.#back.element);
    this.#distribution.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') leave();
    });
    this.#whole = new WholeRange(page, formats, () => this.#drawDurations());
    this.#table = new ChartTable(l10n.t('Latency as a table'), [
      l10n.t('Time'),
      'p50',
      'p95',
      'p99',
      l10n.t('Measured'),
    ]);
    const hint = element('span', { class: 'chart-hint' }, l10n.t('Click a column to see its durations.'));
    this.#scale.append(this.#few, element('span', { class: 'chart-ramp' }), this.#many, hint);
    const choices = latencySeries.map((series) => ({ value: series, label: seriesName(series, l10n) }));
    const chooser = dropdown({
      label: l10n.t('What is measured'),
      choices,
      value: this.#series,
      onChange: (value) => state.set({ latency: { ...state.current.latency, series: value as LatencySeries } }),
    });
    const frame = makeFrame(page, {
      name: 'latency',
      bar: [chooser.element, element('span', { class: 'chart-gap' })],
      above: [this.#legend.element],
      beneath: [this.#scale],
      surface: this.#surface,
      table: this.#table,
      below: [this.#measured, this.#distribution.element, this.#whole.element],
      drawChart: () => this.#drawAnew(),
      drawTable: (columns) => this.#fillTable(columns),
      drawWords: () => this.#drawWords(),
    });
    this.element = frame.element;
    page.cursor.onDidChange(() => this.#drawLegend());
    state.onDidChange(() => {
      if (this.#series === this.#drawn) return;
      this.#drawn = this.#series;
      chooser.offer(choices, this.#series);
      this.#choose(null);
      frame.redraw();
    });
  }

  get #series(): LatencySeries {
    return this.#page.state.current.latency.series;
  }

  /** Takes the seconds that are shown now. */
  #drawAnew(): void {
    this.#columns.regroup(this.#step());
    this.#columns.update(this.#page.seconds.all, this.#page.seconds.axis.from);
    this.#draw();
  }

  #step(): number {
    return stepFor(this.#page.seconds.view.range, this.#surface.plotWidth / leastColumn);
  }

  #draw(): void {
    const { width } = this.#surface;
    if (width === 0) return;
    this.#columns.regroup(this.#step());
    const { l10n, figures, seconds } = this.#page;
    const columns = this.#columns.all;
    const series = this.#series;
    const percentiles = columns.map((column) => column.percentiles(series));
    // With few durations p95 is p99: what is dashed longer comes on top, so that both are seen where they are one.
    const lines = [2, 1, 0].map((i) => percentiles.map((values) => values[i]!));
    const heat = heatOf(columns, series, mostHeatRows);
    this.#plot.show(
      width,
      seconds.axis,
      columns.map((column) => column.middle),
      lines,
    );
    this.#heatmap.draw(width, seconds.axis, columns, heat);
    this.#drawScale(heat);
    const shown = shownOf(this.#page, columns);
    this.#surface.show(
      seconds.axis,
      latencySummary(columns, series, figures.now, shown, l10n, this.#formats),
      heat === null ? latencyEmpty(series, shown, l10n, this.#formats) : null,
    );
    this.#drawLegend();
    this.#followChosen();
    this.#drawDurations();
  }

  #drawScale(heat: Heat | null): void {
    const { l10n } = this.#page;
    this.#scale.hidden = heat === null;
    if (heat === null) return;
    setText(this.#few, this.#formats.count(1));
    const most = this.#formats.count(heat.most);
    setText(this.#many, l10n.t('{0}, the most in one cell of {1} s', most, this.#formats.count(this.#columns.step)));
  }

  #drawLegend(): void {
    const { l10n, cursor } = this.#page;
    const columns = this.#columns.all;
    const pointed = columnAt(columns, cursor.at);
    const column = pointed ?? latestMeasured(columns, this.#series);
    const figure = (ms: number | null | undefined): string =>
      ms === null || ms === undefined ? '–' : this.#formats.duration(ms);
    const values = column?.percentiles(this.#series) ?? [];
    this.#legend.show(
      pointed === undefined ? l10n.t('Latest') : this.#formats.span(pointed),
      [0, 1, 2].map((i) => figure(values[i])),
    );
    const probe = (pointed ?? latestMeasured(columns, 'probe'))?.percentiles('probe')[0] ?? null;
    this.#probe.hidden = this.#series === 'probe' || probe === null;
    if (probe !== null) setText(this.#probe, l10n.t('Probe {0}', figure(probe)));
  }

  #drawWords(): void {
    const { l10n, figures } = this.#page;
    setText(this.#measured, measureText(this.#series, figures.now, l10n, this.#formats));
  }

  #fillTable(columns: readonly Column[]): void {
    const { l10n } = this.#page;
    const rows = columns.map((column) => {
      const figures = column.percentiles(this.#series).map((ms) => (ms === null ? '–' : this.#formats.duration(ms)));
      return [this.#formats.span(column), ...figures, this.#formats.count(column.histogram(this.#series).total)];
    });
    this.#table.show(l10n.t('Latency, {0}, newest first', seriesName(this.#series, l10n)), rows);
    this.#drawDurations(columns);
  }

  #choose(column: Column | null): void {
    const isMeasured = column !== null && column.histogram(this.#series).total > 0;
    this.#chosen = isMeasured ? column : null;
    this.#surface.mark(this.#chosen);
    this.#drawDurations();
    if (column !== null) this.#page.announce(latencyWords(column, this.#series, this.#page.l10n, this.#formats));
  }

  /** The newest column fills up while it is shown. */
  #followChosen(): void {
    if (this.#chosen === null) return;
    const column = columnAt(this.#columns.all, this.#chosen.at);
    if (column === undefined || column === this.#chosen || column.end !== this.#chosen.end) return;
    this.#chosen = column;
  }

  /** Those of the chosen column, else of all. */
  #drawDurations(columns: readonly Column[] = this.#columns.all): void {
    const { l10n } = this.#page;
    const series = this.#series;
    const { room } = this.#whole;
    if (this.#chosen === null) {
      this.#distribution.hide();
      this.#whole.show(columns, series);
      return;
    }
    this.#whole.stepAside();
    this.#back.relabel(room > 0 ? l10n.t('Whole range') : l10n.t('Close'));
    const title = `${seriesName(series, l10n)}, ${this.#formats.span(this.#chosen)}`;
    this.#distribution.show(title, this.#chosen.histogram(series), room > frameBars ? room - frameBars : mostBars);
  }

  #lines(): uPlot.Series[] {
    const { series } = this.#page.theme.colors;
    const line = (stroke: string, dash: number[]): uPlot.Series => ({
      stroke,
      dash,
      width: 1.5,
      points: {
        show: false,
        size: 4,
        fill: stroke,
        filter: (plot, index) => lonely(plot.data[index] as (number | null)[]),
      },
    });
    return [line(series.red, dashes.p99), line(series.orange, dashes.p95), line(series.green, dashes.p50)];
  }

  #axis(): uPlot.Axis {
    return {
      ...penOf(this.#page),
      size: insets.left,
      splits: (_plot, _axis, low, high) => logMarks(low, high, mostMarks),
      filter: (_plot, splits) => splits,
      values: (_plot, splits) => splits.map((ms) => this.#formats.bound(ms)),
    };
  }
}
