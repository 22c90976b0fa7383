import { availableParallelism, loadavg } from 'node:os';
import type { Figure } from './figures.mts';

/** How busy the machine was in the last minute, us included, for whoever judges the figures beside it. */
export function loadAverage(): Figure {
  const [minute = NaN] = loadavg();
  return { name: 'load of the machine', value: `${minute.toFixed(1)} on ${String(availableParallelism())} cores` };
}
