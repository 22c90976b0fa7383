import { button } from '../controls.ts';
import { element } from '../dom.ts';
import type { Page } from '../page.ts';
import { Columns, type Column, stepFor } from './columns.ts';
import type { Surface } from './surface.ts';
import { type ChartTable, mostRows } from './table.ts';

export interface FrameOptions {
  readonly name: 'latency' | 'conflicts' | 'queues';
  /** What stands above the chart, before the switch to the table. */
  readonly bar: readonly HTMLElement[];
  readonly surface: Surface;
  /** What belongs to the chart only, above and below. */
  readonly above?: readonly HTMLElement[];
  readonly beneath?: readonly HTMLElement[];
  readonly table: ChartTable;
  /** What belongs to both, below. */
  readonly below: readonly HTMLElement[];
  readonly drawChart: () => void;
  /** Newest first. */
  readonly drawTable: (columns: readonly Column[]) => void;
  /** What is said beside it, by the figures of now. */
  readonly drawWords: () => void;
}

/** A chart and its table, of which one is seen and drawn. */
export interface Frame {
  readonly element: HTMLElement;
  /** Draws soon. */
  redraw(): void;
}

export function makeFrame(page: Page, options: FrameOptions): Frame {
  const { name, surface, table } = options;
  const { l10n, state, seconds } = page;
  const columns = new Columns();
  const isTable = (): boolean => state.current[name].table;

  const draw = (): void => {
    options.drawWords();
    if (!isTable()) return options.drawChart();
    columns.regroup(stepFor(seconds.view.range, mostRows));
    columns.update(seconds.all, seconds.axis.from);
    options.drawTable(columns.all.slice(-mostRows).toReversed());
  };

  const label = (): string => (isTable() ? l10n.t('Chart') : l10n.t('Table'));
  const hint = (): string => (isTable() ? l10n.t('Show as a chart') : l10n.t('Show the same numbers as a table'));
  const toggle = button({
    label: label(),
    title: hint(),
    onClick: () => state.set({ [name]: { ...state.current[name], table: !isTable() } }),
  });
  toggle.element.classList.add('chart-toggle');

  const drawn = element(
    'div',
    { class: 'chart-drawn' },
    ...(options.above ?? []),
    surface.element,
    ...(options.beneath ?? []),
  );
  let wasTable: boolean | null = null;
  const choose = (): void => {
    if (wasTable === isTable()) return;
    wasTable = isTable();
    drawn.hidden = wasTable;
    table.element.hidden = !wasTable;
    toggle.relabel(label(), hint());
    page.drawing.request(draw);
  };
  choose();
  state.onDidChange(choose);
  seconds.onDidChange(() => page.drawing.request(draw));
  let { state: connection } = page.figures.now.connection;
  page.figures.onDidChange(() => {
    // An empty chart says whether that is because of the connection.
    const isOther = connection !== page.figures.now.connection.state;
    connection = page.figures.now.connection.state;
    page.drawing.request(isOther ? draw : options.drawWords);
  });
  page.theme.onDidChange(() => page.drawing.request(draw));

  return {
    element: element(
      'div',
      { class: `chart chart-${name}` },
      element('div', { class: 'chart-bar' }, ...options.bar, toggle.element),
      drawn,
      table.element,
      ...options.below,
    ),
    redraw: () => page.drawing.request(draw),
  };
}
