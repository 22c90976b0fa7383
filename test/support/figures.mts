/** A measured value, in words, and how it stands to its bound where it has one. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly bound?: { readonly text: string; readonly holds: boolean };
}

/** What a script in `test/bench` exports as `bench`. */
export interface Bench {
  /** What is measured, in one line. */
  readonly about: string;
  /** `args` is what the command line has after the name; a bench without parameters ignores it. */
  run(args: readonly string[]): Promise<Figure[]>;
}

/** A figure that may be at most so much. */
export function atMost(name: string, value: number, bound: number, unit: string, digits = 1): Figure {
  const text = `at most ${String(bound)} ${unit}`;
  return { name, value: `${value.toFixed(digits)} ${unit}`, bound: { text, holds: value <= bound } };
}

/** A figure that must be at least so much. */
export function atLeast(name: string, value: number, bound: number, unit: string, digits = 1): Figure {
  const withUnit = (text: string): string => `${text} ${unit}`.trim();
  const text = `at least ${withUnit(String(bound))}`;
  return { name, value: withUnit(value.toFixed(digits)), bound: { text, holds: value >= bound } };
}

/** How often something happened that must never happen; for none in N trials, what that says about how rare it is. */
export function never(name: string, times: number, trials: number): Figure {
  const count = `${String(times)} in ${trials.toLocaleString('en')}`;
  const value = times === 0 ? `${count}: less than ${(3 / trials).toExponential(1)}` : count;
  return { name, value, bound: { text: 'none', holds: times === 0 && trials > 0 } };
}

export const holds = (figures: readonly Figure[]): boolean => figures.every(({ bound }) => bound?.holds ?? true);

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, bound }) => [
    name,
    value,
    bound?.text ?? '',
    bound === undefined ? '' : bound.holds ? 'holds' : 'does not hold',
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '))
    .join('\n')
    .replaceAll(/ +$/gm, '');
}

/** The value that a share of all values (0.5 for the median) does not exceed; between two neighbours, the mean of both. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below = NaN, above = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}
