import './browserLanguage.ts';
import uPlot from 'uplot';
import { element } from '../dom.ts';
import type { Page } from '../page.ts';
import type { Formats } from './formats.ts';

/** Height of the time axis in CSS pixels. */
const timeAxisHeight = 20;

export interface PlotOptions {
  readonly height: number;
  readonly insets: { readonly left: number; readonly right: number };
  /** All but that of the time. */
  readonly series: () => uPlot.Series[];
  readonly scales: uPlot.Scales;
  readonly axes: () => uPlot.Axis[];
  /** Draws what uPlot has no series for. */
  readonly draw?: (plot: uPlot) => void;
}

/** Values by series, each with one for each moment. */
export type PlotData = readonly (readonly (number | null)[])[];

/** uPlot as a pen: it draws axes and lines, and has nothing to do with what is pointed at. */
export class Plot {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #options: PlotOptions;
  #plot: uPlot | null = null;
  #width = 0;
  #axis = { from: 0, to: 1 };
  #data: uPlot.AlignedData = [[]];

  constructor(page: Page, formats: Formats, options: PlotOptions) {
    this.#page = page;
    this.#formats = formats;
    this.#options = options;
    this.element = element('div', { class: 'chart-plot' });
    this.element.style.height = `${String(options.height)}px`;
    // Fonts and colours are set when it is made.
    page.theme.onDidChange(() => this.#remake());
  }

  /** Draws these values at these moments. */
  show(
    width: number,
    axis: { readonly from: number; readonly to: number },
    at: readonly number[],
    data: PlotData,
  ): void {
    this.#axis = { ...axis };
    // Without any moment uPlot draws no axes.
    const [moments, values] = at.length > 0 ? [at, data] : [[axis.from, axis.to], data.map(() => [null, null])];
    this.#data = [moments as number[], ...(values as (number | null)[][])];
    if (this.#plot === null) {
      this.#width = width;
      this.#remake();
      return;
    }
    const plot = this.#plot;
    plot.batch(() => {
      if (width !== this.#width) plot.setSize({ width, height: this.#options.height });
      plot.setData(this.#data, false);
      plot.setScale('x', { min: axis.from, max: axis.to });
    });
    this.#width = width;
  }

  /** The value on the scale `y` at a height of the page. */
  valueAt(clientY: number): number {
    const plot = this.#plot;
    return plot === null ? 0 : plot.posToVal(clientY - plot.over.getBoundingClientRect().top, 'y');
  }

  #remake(): void {
    this.#plot?.destroy();
    if (this.#width === 0) return;
    const { height, insets, series, scales, axes, draw } = this.#options;
    this.#plot = new uPlot(
      {
        width: this.#width,
        height,
        ms: 1,
        padding: [8, insets.right, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        series: [{}, ...series()],
        scales: { x: { time: true, range: () => [this.#axis.from, this.#axis.to] }, ...scales },
        axes: [this.#timeAxis(), ...axes()],
        hooks: draw === undefined ? {} : { draw: [draw] },
      },
      this.#data,
      this.element,
    );
  }

  #timeAxis(): uPlot.Axis {
    const seconds = this.#formats;
    return {
      ...penOf(this.#page),
      size: timeAxisHeight,
      space: (_plot, _axis, min, max, width) => {
        // Times with seconds are wider, and are only shown where half minutes have room for them.
        const halfMinute = (30_000 / (max - min)) * width;
        return halfMinute >= 72 ? 72 : Math.max(46, halfMinute + 1);
      },
      values: (_plot, splits, _axis, _space, step) =>
        splits.map((at) => (step < 60_000 ? seconds.time(at) : seconds.minute(at))),
    };
  }
}

/** How axes look in the theme at hand. */
export function penOf({ theme }: Page): uPlot.Axis {
  const { colors, font, isHighContrast } = theme;
  // The border of high contrast is as strong as what is drawn: dots leave that in front.
  const lines = { stroke: colors.grid, width: 1, ...(isHighContrast ? { dash: [1, 4] } : {}) };
  return {
    font: `11px ${font}`,
    stroke: colors.muted,
    gap: 4,
    grid: lines,
    ticks: { show: false },
    border: { show: true, stroke: colors.border, width: 1 },
  };
}
