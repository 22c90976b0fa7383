import { conflictKinds, type ConflictKind } from '../../src/protocol/panel/picture.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { type Column, columnAt } from './columns.ts';
import {
  conflictsEmpty,
  conflictSummary,
  conflictTotals,
  conflictWords,
  heightOf,
  kindAt,
  kindName,
  rateText,
  stackedKinds,
} from './conflictText.ts';
import { FittedColumns } from './fittedColumns.ts';
import { Formats } from './formats.ts';
import { makeFrame } from './frame.ts';
import { HotFiles } from './hotFiles.ts';
import { KindLegend } from './kindLegend.ts';
import { penOf, Plot } from './plot.ts';
import { countBounds } from './scales.ts';
import { shownOf } from './shownText.ts';
import { Stacks } from './stacks.ts';
import { Surface } from './surface.ts';
import { ChartTable } from './table.ts';

/** The same as of the queues below, so that both have one time axis. */
export const rightInsets = { left: 40, right: 40 };
const height = 144;
/** Least width of a bar in CSS pixels: narrower ones show no pattern. */
const leastBar = 7;
/** Steps of an axis of counts. */
export const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000, 1_000_000];

/** Conflicts by kind over time, their rate, and what they were about. */
export function makeConflicts(page: Page): HTMLElement {
  return new Conflicts(page).element;
}

class Conflicts {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #columns: FittedColumns;
  readonly #stacks: Stacks;
  readonly #legend: KindLegend;
  readonly #hot: HotFiles;
  readonly #plot: Plot;
  readonly #surface: Surface;
  readonly #table: ChartTable;
  readonly #rate = element('span', { class: 'chart-rate' });
  readonly #readout = element('p', { class: 'chart-note chart-readout' });
  #top = 1;

  constructor(page: Page) {
    const { l10n, language } = page;
    const formats = new Formats(language);
    this.#page = page;
    this.#formats = formats;
    this.#columns = new FittedColumns(page, {
      insets: rightInsets,
      least: leastBar,
      draw: (width) => this.#draw(width),
    });
    this.#stacks = new Stacks(page.theme);
    this.#legend = new KindLegend(page, formats, (kind) => page.filterConsole({ marks: [kind] }));
    this.#hot = new HotFiles(page, formats);
    this.#plot = new Plot(page, formats, {
      height,
      insets: rightInsets,
      // Only for the axis: what is seen are the stacks.
      series: () => [{ paths: () => null, points: { show: false } }],
      scales: { y: { range: () => [0, this.#top] } },
      axes: () => [
        {
          ...penOf(page),
          size: rightInsets.left,
          space: 24,
          incrs: wholeSteps,
          values: (_plot, splits) => splits.map((count) => formats.count(count)),
        },
      ],
      draw: (plot) => this.#stacks.draw(plot, this.#columns.all, window.devicePixelRatio),
    });
    this.#surface = new Surface(page, {
      insets: rightInsets,
      emptyHeight: height,
      content: [this.#plot.element],
      columns: () => this.#columns.all,
      words: (column) => conflictWords(column, l10n, formats),
      choose: (column, clientY) => this.#choose(column, clientY),
      leave: () => undefined,
      resized: (width) => this.#columns.resize(width),
    });
    this.#table = new ChartTable(
      l10n.t('Conflicts as a table'),
      [l10n.t('Time'), ...stackedKinds.map((kind) => kindName(kind, l10n))],
      l10n.t('not measured'),
    );
    this.element = makeFrame(page, {
      name: 'conflicts',
      bar: [this.#rate],
      surface: this.#surface,
      table: this.#table,
      beneath: [this.#readout],
      below: [this.#legend.element, this.#hot.element],
      drawChart: () => this.#columns.draw(),
      drawTable: (columns) => this.#fillTable(columns),
      drawWords: () => this.#drawWords(),
    }).element;
    page.cursor.onDidChange(() => this.#drawReadout());
  }

  #draw(width: number): void {
    const { l10n, figures, seconds } = this.#page;
    const columns = this.#columns.all;
    const totals = conflictTotals(columns);
    const sums = columns.map(heightOf);
    this.#top = countBounds(Math.max(0, ...sums), 4)[1];
    this.#plot.show(
      width,
      seconds.axis,
      columns.map((column) => column.middle),
      [sums],
    );
    const shown = shownOf(this.#page, columns);
    this.#surface.show(
      seconds.axis,
      conflictSummary(columns, figures.now, shown, l10n, this.#formats),
      totals.every((total) => total === 0) ? conflictsEmpty(shown, l10n, this.#formats) : null,
    );
    this.#legend.show(totals);
    this.#drawReadout();
  }

  #drawReadout(): void {
    const { l10n, cursor } = this.#page;
    const column = columnAt(this.#columns.all, cursor.at);
    setText(
      this.#readout,
      column === undefined
        ? l10n.t('Each bar is {0}. Click one to see it in the console.', this.#formats.age(this.#columns.length))
        : conflictWords(column, l10n, this.#formats),
    );
  }

  #drawWords(): void {
    const { l10n, figures, seconds } = this.#page;
    const rate = rateText(figures.now, l10n, this.#formats);
    setText(this.#rate, seconds.view.agent === null ? rate : l10n.t('{0} (all agents)', rate));
    this.#rate.title = l10n.t(
      'Harmful conflicts over distinct tasks, since Signalbox connected. Harmful: divergent updates, duplicate work, premature starts and edits without a claim; the other kinds were prevented.',
    );
    this.#hot.draw();
  }

  #fillTable(columns: readonly Column[]): void {
    const { l10n, figures } = this.#page;
    const { measuresPremature } = figures.now;
    const rows = columns.map((column) => [
      this.#formats.span(column),
      ...stackedKinds.map((kind) => {
        const count = column.conflicts[conflictKinds.indexOf(kind)]!;
        const isKnown = count > 0 || (column.live > 0 && (kind !== 'premature' || measuresPremature));
        return isKnown ? this.#formats.count(count) : null;
      }),
    ]);
    this.#table.show(l10n.t('Conflicts by kind, newest first'), rows);
    this.#legend.show(conflictTotals(columns));
  }

  /** Shows in the console what was clicked: one kind of a bar, else all of it. */
  #choose(column: Column, clientY: number | null): boolean {
    const there = conflictKinds.filter((_, i) => column.conflicts[i]! > 0);
    if (there.length === 0) return false;
    const hit = clientY === null ? null : kindAt(column, this.#plot.valueAt(clientY));
    const marks: readonly ConflictKind[] = hit === null ? there : [hit];
    this.#page.filterConsole({ marks, span: { from: column.at, to: column.end } });
    return true;
  }
}
