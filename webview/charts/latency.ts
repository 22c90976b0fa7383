import { latencySeries, type LatencySeries } from '../../src/protocol/panel/picture.ts';
import { dropdown } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { type Column, columnAt } from './columns.ts';
import { Durations } from './durations.ts';
import { FittedColumns } from './fittedColumns.ts';
import { Formats } from './formats.ts';
import { makeFrame } from './frame.ts';
import { heatOf } from './heat.ts';
import { Heatmap, mostHeatRows } from './heatmap.ts';
import { HeatScale } from './heatScale.ts';
import { latencyHeight, latencyInsets as insets, makeLatencyPlot, percentileLines } from './latencyLines.ts';
import { latencyEmpty, latencySummary, latencyWords, latestMeasured, measureText, seriesName } from './latencyText.ts';
import { Legend } from './legend.ts';
import type { Plot } from './plot.ts';
import { shownOf } from './shownText.ts';
import { Surface } from './surface.ts';
import { ChartTable } from './table.ts';

/** How long broadcasts, decisions on claims, waits and the probe took: percentiles, and all durations below. */
export function makeLatency(page: Page): HTMLElement {
  return new Latency(page).element;
}

class Latency {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #columns: FittedColumns;
  readonly #legend: Legend;
  readonly #plot: Plot;
  readonly #heatmap: Heatmap;
  readonly #scale: HeatScale;
  readonly #surface: Surface;
  readonly #table: ChartTable;
  readonly #durations: Durations;
  readonly #measured = element('p', { class: 'chart-note' });
  readonly #probe = element('span', { class: 'chart-probe' });
  #drawn: LatencySeries;

  constructor(page: Page) {
    const { l10n, language, state } = page;
    const formats = new Formats(language);
    this.#page = page;
    this.#formats = formats;
    this.#drawn = this.#series;
    this.#columns = new FittedColumns(page, { insets, least: 3, draw: (width) => this.#draw(width) });
    this.#legend = new Legend(page, percentileLines(page), [this.#probe]);
    this.#plot = makeLatencyPlot(page, formats);
    this.#heatmap = new Heatmap(page, formats, insets);
    this.#scale = new HeatScale(l10n, formats);
    this.#surface = new Surface(page, {
      insets,
      emptyHeight: latencyHeight,
      content: [this.#plot.element, this.#heatmap.element],
      columns: () => this.#columns.all,
      words: (column) => latencyWords(column, this.#series, l10n, formats),
      choose: (column, _clientY, isAgain) => {
        if (!isAgain) this.#choose(column);
        return !isAgain;
      },
      leave: () => this.#choose(null),
      resized: (width) => this.#columns.resize(width),
    });
    this.#durations = new Durations(page, formats, () => {
      this.#choose(null);
      this.#surface.element.focus();
    });
    const headings = [l10n.t('Time'), 'p50', 'p95', 'p99', l10n.t('Measured')];
    this.#table = new ChartTable(l10n.t('Latency as a table'), headings);
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
      beneath: [this.#scale.element],
      surface: this.#surface,
      table: this.#table,
      below: [this.#measured, ...this.#durations.elements],
      drawChart: () => this.#columns.draw(),
      drawTable: (columns) => this.#fillTable(columns),
      drawWords: () => setText(this.#measured, measureText(this.#series, page.figures.now, l10n, formats)),
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

  #draw(width: number): void {
    const { l10n, figures, seconds } = this.#page;
    const columns = this.#columns.all;
    const series = this.#series;
    const percentiles = columns.map((column) => column.percentiles(series));
    const heat = heatOf(columns, series, mostHeatRows);
    this.#plot.show(
      width,
      seconds.axis,
      columns.map((column) => column.middle),
      [2, 1, 0].map((i) => percentiles.map((values) => values[i]!)),
    );
    this.#heatmap.draw(width, seconds.axis, columns, heat);
    this.#scale.show(heat, this.#columns.length);
    const shown = shownOf(this.#page, columns);
    this.#surface.show(
      seconds.axis,
      latencySummary(columns, series, figures.now, shown, l10n, this.#formats),
      heat === null ? latencyEmpty(series, shown, l10n, this.#formats) : null,
    );
    this.#drawLegend();
    this.#durations.show(columns, series);
  }

  #drawLegend(): void {
    const { l10n, cursor } = this.#page;
    const columns = this.#columns.all;
    const pointed = columnAt(columns, cursor.at);
    const column = pointed ?? latestMeasured(columns, this.#series);
    const figure = (ms: number | null | undefined): string =>
      ms === null || ms === undefined ? '–' : this.#formats.duration(ms);
    const values = column?.percentiles(this.#series) ?? [];
    // Of a while ago where nothing was measured since.
    const isNow = column === undefined || column === columns.at(-1);
    const latest = isNow ? this.#formats.age(this.#columns.length) : this.#formats.span(column);
    this.#legend.show(
      pointed === undefined ? l10n.t('Latest {0}', latest) : this.#formats.span(pointed),
      [0, 1, 2].map((i) => figure(values[i])),
    );
    const probe = (pointed ?? latestMeasured(columns, 'probe'))?.percentiles('probe')[0] ?? null;
    this.#probe.hidden = this.#series === 'probe';
    setText(this.#probe, l10n.t('Probe {0}', figure(probe)));
  }

  #fillTable(columns: readonly Column[]): void {
    const { l10n } = this.#page;
    const rows = columns.map((column) => {
      const figures = column.percentiles(this.#series).map((ms) => (ms === null ? null : this.#formats.duration(ms)));
      const { total } = column.histogram(this.#series);
      const measured = total === 0 && column.live === 0 ? null : this.#formats.count(total);
      return [this.#formats.span(column), ...figures, measured];
    });
    this.#table.show(l10n.t('Latency, {0}, newest first', seriesName(this.#series, l10n)), rows);
    this.#durations.show(columns, this.#series);
  }

  #choose(column: Column | null): void {
    this.#surface.mark(this.#durations.choose(column));
    if (column !== null) this.#page.announce(latencyWords(column, this.#series, this.#page.l10n, this.#formats));
  }
}
