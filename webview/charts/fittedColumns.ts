import type { Page } from '../page.ts';
import { type Column, Columns, stepFor } from './columns.ts';

export interface FitOptions {
  /** Room for the axes beside the plot, in CSS pixels. */
  readonly insets: { readonly left: number; readonly right: number };
  /** Least width of a column in CSS pixels. */
  readonly least: number;
  /** Draws them on a surface that is so wide. */
  readonly draw: (width: number) => void;
}

/** The seconds that are shown, in as many columns as there is room for. */
export class FittedColumns {
  readonly #page: Page;
  readonly #options: FitOptions;
  readonly #columns = new Columns();
  #width = 0;

  constructor(page: Page, options: FitOptions) {
    this.#page = page;
    this.#options = options;
  }

  /** Oldest first. */
  get all(): readonly Column[] {
    return this.#columns.all;
  }

  /** How long a column is, in ms. */
  get length(): number {
    return this.#columns.step * 1_000;
  }

  /** The surface has this width now, and is drawn. */
  resize(width: number): void {
    this.#width = width;
    this.draw();
  }

  /** Takes the seconds that are shown now, and draws them; nothing before there is a width. */
  draw(): void {
    if (this.#width === 0) return;
    const { insets, least, draw } = this.#options;
    const { seconds } = this.#page;
    const room = Math.max(1, this.#width - insets.left - insets.right);
    this.#columns.regroup(stepFor(seconds.view.range, room / least));
    this.#columns.update(seconds.all, seconds.axis.from);
    draw(this.#width);
  }
}
