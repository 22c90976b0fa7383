import type uPlot from 'uplot';
import { element, setText } from '../dom.ts';
import { hasPicture } from '../known.ts';
import type { Page } from '../page.ts';
import { type Column, columnAt } from './columns.ts';
import { rightInsets as insets, wholeSteps } from './conflicts.ts';
import { FittedColumns } from './fittedColumns.ts';
import { Formats } from './formats.ts';
import { makeFrame } from './frame.ts';
import { Legend, type LegendLine } from './legend.ts';
import { penOf, Plot } from './plot.ts';
import { QueueList } from './queueList.ts';
import {
  doneMeans,
  doneRate,
  oldestOf,
  queuesEmpty,
  queueSum,
  queueSummary,
  queueWords,
  waitingAt,
} from './queueText.ts';
import { countBounds } from './scales.ts';
import { shownOf } from './shownText.ts';
import { Surface } from './surface.ts';
import { ChartTable } from './table.ts';

const height = 132;

/** What waits in all queues and what is done a second, and how each queue stands. */
export function makeQueues(page: Page): HTMLElement {
  return new Queues(page).element;
}

class Queues {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #columns: FittedColumns;
  readonly #legend: Legend;
  readonly #list: QueueList;
  readonly #plot: Plot;
  readonly #surface: Surface;
  readonly #table: ChartTable;
  readonly #sum = element('span', { class: 'chart-rate' });
  readonly #oldest = element('span', { class: 'chart-probe' });
  readonly #everybody: HTMLElement;
  /** By column. */
  #done: readonly (number | null)[] = [];

  constructor(page: Page) {
    const { l10n, language, theme } = page;
    const formats = new Formats(language);
    this.#page = page;
    this.#formats = formats;
    this.#columns = new FittedColumns(page, { insets, least: 3, draw: (width) => this.#draw(width) });
    const lines: LegendLine[] = [
      { label: l10n.t('waiting'), style: 'area', color: () => theme.colors.series.blue },
      { label: l10n.t('done/s, mean of 10 s (right)'), style: 'dashed', color: () => theme.colors.series.green },
    ];
    this.#legend = new Legend(page, lines, [this.#oldest]);
    this.#everybody = element(
      'p',
      { class: 'chart-note', hidden: true },
      l10n.t('Queues belong to no agent: these are all of them, whatever agent is shown.'),
    );
    this.#list = new QueueList(page, formats);
    this.#plot = new Plot(page, formats, {
      height,
      insets: { ...insets, right: 0 },
      series: () => this.#lines(),
      scales: {
        y: { range: (_plot, _min, max) => countBounds(max, 4) },
        rate: { range: (_plot, _min, max) => countBounds(max, 1) },
      },
      axes: () => this.#axes(),
    });
    this.#surface = new Surface(page, {
      insets,
      emptyHeight: height,
      content: [this.#plot.element],
      columns: () => this.#columns.all,
      words: (column) => queueWords(column, l10n, formats),
      choose: (column, _clientY, isAgain) => {
        if (!isAgain) page.announce(queueWords(column, l10n, formats));
        return !isAgain;
      },
      leave: () => undefined,
      resized: (width) => this.#columns.resize(width),
    });
    const headings = [l10n.t('Time'), l10n.t('Waiting'), l10n.t('Done a second'), l10n.t('Oldest')];
    this.#table = new ChartTable(l10n.t('Queues as a table'), headings, l10n.t('not known'));
    this.element = makeFrame(page, {
      name: 'queues',
      bar: [this.#sum],
      above: [this.#legend.element],
      surface: this.#surface,
      table: this.#table,
      below: [this.#everybody, this.#list.element],
      drawChart: () => this.#columns.draw(),
      drawTable: (columns) => this.#fillTable(columns),
      drawWords: () => {
        this.#everybody.hidden = page.seconds.view.agent === null;
        setText(this.#sum, queueSum(page.figures.now, l10n, formats));
        this.#list.draw();
        this.#drawLegend();
      },
    }).element;
    page.cursor.onDidChange(() => this.#drawLegend());
  }

  #draw(width: number): void {
    const { l10n, figures, seconds } = this.#page;
    const columns = this.#columns.all;
    this.#done = doneMeans(columns);
    this.#plot.show(
      width,
      seconds.axis,
      columns.map((column) => column.middle),
      [columns.map(waitingAt), this.#done],
    );
    const shown = shownOf(this.#page, columns);
    const hasQueues = figures.now.queues.length > 0 || columns.some(({ last, done }) => last.queued + done > 0);
    this.#surface.show(
      seconds.axis,
      queueSummary(columns, hasQueues, shown, l10n, this.#formats),
      hasQueues && columns.length > 0 ? null : queuesEmpty(shown, l10n),
    );
    this.#drawLegend();
  }

  /** The figures of the column that is pointed at, else those of now. */
  #drawLegend(): void {
    const { l10n, cursor, figures } = this.#page;
    const columns = this.#columns.all;
    const pointed = columnAt(columns, cursor.at);
    const waiting = hasPicture(figures.now, this.#page.seconds.all) ? figures.now.queued : null;
    const known = <T>(value: T | null | undefined, text: (value: T) => string): string =>
      value === null || value === undefined ? '–' : text(value);
    this.#legend.show(pointed === undefined ? l10n.t('Now') : this.#formats.span(pointed), [
      known(pointed === undefined ? waiting : waitingAt(pointed), (count) => this.#formats.count(count)),
      known(pointed === undefined ? this.#done.at(-1) : this.#done[columns.indexOf(pointed)], (rate) =>
        this.#formats.rate(rate),
      ),
    ]);
    const oldest = pointed === undefined ? oldestOf(figures.now) : pointed.last.oldestMs;
    setText(
      this.#oldest,
      l10n.t(
        'oldest {0}',
        known(oldest, (ms) => this.#formats.age(ms)),
      ),
    );
  }

  #fillTable(columns: readonly Column[]): void {
    const { l10n } = this.#page;
    const rows = columns.map((column) => {
      const { queued, oldestMs } = column.last;
      const rate = doneRate(column);
      const known = rate === null ? [null, null] : [this.#formats.count(queued), this.#formats.rate(rate)];
      const oldest = rate === null || oldestMs === null ? null : this.#formats.age(oldestMs);
      return [this.#formats.span(column), ...known, oldest];
    });
    this.#table.show(l10n.t('What waited in all queues, newest first'), rows);
  }

  #lines(): uPlot.Series[] {
    const { series, heat } = this.#page.theme.colors;
    const area = `rgba(${String(heat.r)}, ${String(heat.g)}, ${String(heat.b)}, 0.2)`;
    const points = { show: false };
    return [
      { scale: 'y', stroke: series.blue, fill: area, width: 1.5, points },
      { scale: 'rate', stroke: series.green, dash: [6, 3], width: 1, points },
    ];
  }

  #axes(): uPlot.Axis[] {
    const pen = penOf(this.#page);
    const values: uPlot.Axis.DynamicValues = (_plot, splits) => splits.map((value) => this.#formats.rate(value));
    return [
      { ...pen, scale: 'y', size: insets.left, space: 24, incrs: wholeSteps, values },
      {
        ...pen,
        scale: 'rate',
        side: 1,
        size: insets.right,
        space: 24,
        incrs: [0.1, 0.2, 0.5, ...wholeSteps],
        values,
        grid: { show: false },
      },
    ];
  }
}
