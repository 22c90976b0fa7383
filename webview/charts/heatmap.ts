import { element } from '../dom.ts';
import type { Page } from '../page.ts';
import type { Column } from './columns.ts';
import type { Formats } from './formats.ts';
import { type Heat, strength } from './heat.ts';
import { logMarks } from './scales.ts';

/** Height of the whole in CSS pixels. */
const height = 132;
/** Kept free above and below the cells, so that a mark's text at the edge is not cut off. */
const margin = 6;
/** Least height of a row. */
const leastRow = 3;
/** Least distance of two marks. */
const markSpace = 20;

/** The most rows that can be told from each other. */
export const mostHeatRows = Math.floor((height - 2 * margin) / leastRow);

/** How many durations fell into which range, by the strength of a colour. */
export class Heatmap {
  readonly element = element('canvas', { class: 'chart-heat' });
  readonly #cells = document.createElement('canvas');
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #insets: { readonly left: number; readonly right: number };

  constructor(page: Page, formats: Formats, insets: { readonly left: number; readonly right: number }) {
    this.#page = page;
    this.#formats = formats;
    this.#insets = insets;
    this.element.style.height = `${String(height)}px`;
  }

  draw(
    width: number,
    axis: { readonly from: number; readonly to: number },
    columns: readonly Column[],
    heat: Heat | null,
  ): void {
    const canvas = this.element;
    const context = canvas.getContext('2d');
    if (context === null) return;
    const ratio = window.devicePixelRatio;
    const pixels = Math.round(width * ratio);
    // A canvas that gets a size is made anew, also where it is the same.
    if (canvas.width !== pixels) canvas.width = pixels;
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const { left, right } = this.#insets;
    const plot = { left, width: width - left - right, top: margin, height: height - 2 * margin };
    const { border } = this.#page.theme.colors;
    context.strokeStyle = border;
    context.lineWidth = 1;
    context.strokeRect(plot.left - 0.5, plot.top - 0.5, plot.width + 1, plot.height + 1);
    const first = columns[0];
    const last = columns.at(-1);
    if (heat === null || first === undefined || last === undefined) return;
    this.#paint(columns, heat);
    const scale = plot.width / (axis.to - axis.from);
    context.save();
    context.beginPath();
    context.rect(plot.left, plot.top, plot.width, plot.height);
    context.clip();
    context.imageSmoothingEnabled = false;
    const begin = plot.left + (first.at - axis.from) * scale;
    context.drawImage(this.#cells, begin, plot.top, (last.end - first.at) * scale, plot.height);
    context.restore();
    this.#label(context, heat, plot);
  }

  /** One pixel for each cell; drawing stretches it. */
  #paint(columns: readonly Column[], { rows, counts, most }: Heat): void {
    const first = columns[0]!;
    const step = first.end - first.at;
    const width = Math.round((columns.at(-1)!.end - first.at) / step);
    this.#cells.width = width;
    this.#cells.height = rows;
    const context = this.#cells.getContext('2d');
    if (context === null) return;
    const image = context.createImageData(width, rows);
    const { r, g, b } = this.#page.theme.colors.heat;
    /** By count: most cells have few. */
    const strengths: number[] = [];
    for (const [i, column] of columns.entries()) {
      const x = Math.round((column.at - first.at) / step);
      for (let row = 0; row < rows; row++) {
        const count = counts[i * rows + row]!;
        if (count === 0) continue;
        const at = 4 * ((rows - 1 - row) * width + x);
        const { data } = image;
        data[at] = r;
        data[at + 1] = g;
        data[at + 2] = b;
        data[at + 3] = 255 * (strengths[count] ??= strength(count, most));
      }
    }
    context.putImageData(image, 0, 0);
  }

  #label(
    context: CanvasRenderingContext2D,
    { lowest, rows, fineness }: Heat,
    plot: { readonly left: number; readonly top: number; readonly height: number },
  ): void {
    const { colors, font } = this.#page.theme;
    context.font = `11px ${font}`;
    context.fillStyle = colors.muted;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    const low = 2 ** (lowest / fineness);
    const high = 2 ** ((lowest + rows) / fineness);
    const marks = logMarks(low, high, Math.floor(plot.height / markSpace));
    for (const value of marks.length < 2 ? [low, high] : marks) {
      const part = (Math.log2(value) * fineness - lowest) / rows;
      if (part < 0 || part > 1) continue;
      context.fillText(this.#formats.bound(value), plot.left - 5, plot.top + plot.height * (1 - part));
    }
  }
}
