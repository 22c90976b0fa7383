import type uPlot from 'uplot';
import type { Page } from '../page.ts';
import type { Formats } from './formats.ts';
import type { LegendLine } from './legend.ts';
import { penOf, Plot } from './plot.ts';
import { logBounds, logMarks, lonely } from './scales.ts';

export const latencyInsets = { left: 58, right: 16 };
export const latencyHeight = 236;
/** Most marks on the axis of durations. */
const mostMarks = 6;
/** What differs beside the colour. */
const dashes = { p50: [], p95: [6, 6], p99: [2, 2] };

/** The percentiles as their legend names them. */
export function percentileLines({ theme }: Page): LegendLine[] {
  return [
    { label: 'p50', style: 'solid', color: () => theme.colors.series.green },
    // Orange and yellow are nearly red in some themes.
    { label: 'p95', style: 'dashed', color: () => theme.colors.series.blue },
    { label: 'p99', style: 'dotted', color: () => theme.colors.series.red },
  ];
}

/**
 * Draws percentiles on a logarithmic axis, from p99 to p50: with few durations p95 is p99, and what is dashed longer
 * comes on top, so that both are seen where they are one.
 */
export function makeLatencyPlot(page: Page, formats: Formats): Plot {
  return new Plot(page, formats, {
    height: latencyHeight,
    insets: latencyInsets,
    series: () => {
      const { series } = page.theme.colors;
      return [line(series.red, dashes.p99), line(series.blue, dashes.p95), line(series.green, dashes.p50)];
    },
    scales: { y: { distr: 3, range: (_plot, min, max) => logBounds(min, max) } },
    axes: () => [
      {
        ...penOf(page),
        size: latencyInsets.left,
        splits: (_plot, _axis, low, high) => logMarks(low, high, mostMarks),
        filter: (_plot, splits) => splits,
        values: (_plot, splits) => splits.map((ms) => formats.bound(ms)),
      },
    ],
  });
}

const line = (stroke: string, dash: number[]): uPlot.Series => ({
  stroke,
  dash,
  width: 1.5,
  points: {
    show: false,
    size: 4,
    fill: stroke,
    filter: (plot, index) => lonely(plot.data[index] as (number | null)[]),
  },
});
