import { element, setAttribute, setText } from '../dom.ts';

/** Most rows of a chart's table: more is nobody going to listen to. */
export const mostRows = 60;

/** Numbers of a chart as a table, which scrolls in a place of its own. */
export class ChartTable {
  readonly element: HTMLElement;
  readonly #caption = element('caption');
  readonly #body = element('tbody');
  readonly #columns: number;
  readonly #unknown: string;

  /**
   * @param label names the place that scrolls
   * @param unknown what is said of what is not known
   */
  constructor(label: string, headings: readonly string[], unknown = '–') {
    this.#unknown = unknown;
    this.#columns = headings.length;
    this.element = element(
      'div',
      { class: 'chart-table', role: 'region', tabindex: 0, 'aria-label': label },
      element(
        'table',
        {},
        this.#caption,
        element('thead', {}, element('tr', {}, ...headings.map((text) => element('th', { scope: 'col' }, text)))),
        this.#body,
      ),
    );
  }

  /** Cells that stay the same are not touched, so that whoever reads is not disturbed. What is null is not known. */
  show(caption: string, rows: readonly (readonly (string | null)[])[]): void {
    setText(this.#caption, caption);
    const body = this.#body;
    while (body.rows.length > rows.length) body.deleteRow(-1);
    for (const [i, cells] of rows.entries()) {
      const row = body.rows[i] ?? body.appendChild(this.#row());
      for (const [j, text] of cells.entries()) this.#put(row.cells[j]!, text);
    }
  }

  #put(cell: HTMLElement, text: string | null): void {
    if (text !== null) {
      setAttribute(cell, 'title', null);
      setText(cell, text);
    } else if (cell.title !== this.#unknown) {
      setAttribute(cell, 'title', this.#unknown);
      const said = element('span', { class: 'unseen' }, this.#unknown);
      cell.replaceChildren(element('span', { 'aria-hidden': 'true' }, '–'), said);
    }
  }

  #row(): HTMLTableRowElement {
    const cells = Array.from({ length: this.#columns }, (_, i) =>
      i === 0 ? element('th', { scope: 'row' }) : element('td'),
    );
    return element('tr', {}, ...cells);
  }
}
