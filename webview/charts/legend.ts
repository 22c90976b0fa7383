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
  readonly #time = element('span', { class: 'chart-time' });
  readonly #values: readonly HTMLElement[];

  /** @param more stands between these and their time */
  constructor(page: Page, lines: readonly LegendLine[], more: readonly HTMLElement[]) {
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
    );
  }

  show(time: string, values: readonly string[]): void {
    setText(this.#time, time);
    for (const [i, value] of values.entries()) setText(this.#values[i]!, value);
  }
}
