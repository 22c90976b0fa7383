import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';

export type LineStyle = 'solid' | 'dashed' | 'dotted' | 'area';

export interface LegendLine {
  readonly label: string;
  readonly style: LineStyle;
  color(): string;
}

/** Names of a chart's lines, each with a piece of it and the value at the cursor, else the latest. */
export class Legend {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #time = element('span', { class: 'chart-time' });
  readonly #pinned: HTMLElement;
  readonly #values: readonly HTMLElement[];

  /** @param more stands between these and their time */
  constructor(page: Page, lines: readonly LegendLine[], more: readonly HTMLElement[]) {
    const { l10n, cursor } = page;
    this.#page = page;
    const title = l10n.t('The charts stay at this time. Click to let it go.');
    this.#pinned = element('button', { type: 'button', class: 'chart-time chart-pinned', title, hidden: true });
    this.#pinned.addEventListener('click', () => {
      // It goes away with the focus on it.
      this.element.parentElement?.querySelector<HTMLElement>('.chart-surface')?.focus();
      cursor.pin(null);
    });
    const swatches = lines.map(({ style }) => element('span', { class: `chart-line ${style}` }));
    this.#values = lines.map(() => element('b'));
    const color = (): void => {
      for (const [i, line] of lines.entries()) swatches[i]!.style.borderTopColor = line.color();
    };
    color();
    page.theme.onDidChange(color);
    this.element = element(
      'div',
      { class: 'chart-legend' },
      ...lines.map(({ label }, i) =>
        element('span', { class: 'chart-entry' }, swatches[i]!, element('span', {}, label), this.#values[i]!),
      ),
      ...more,
      this.#time,
      this.#pinned,
    );
  }

  show(time: string, values: readonly string[]): void {
    const { isPinned } = this.#page.cursor;
    this.#time.hidden = isPinned;
    this.#pinned.hidden = !isPinned;
    setText(isPinned ? this.#pinned : this.#time, isPinned ? `✕ ${time}` : time);
    for (const [i, value] of values.entries()) setText(this.#values[i]!, value);
  }
}
