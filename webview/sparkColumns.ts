import type { Now, Second } from '../src/protocol/panel/picture.ts';
import { harmIn, p95Of, type TileName } from './tileFigures.ts';

/** How far back a sparkline goes, and how long a column of it is, in seconds. */
const span = 300;
const width = 5;
export const sparkLength = span / width;

/** How a tile's sparkline is drawn: what happened as bars, how things stood as a line. */
export const sparkKinds: Readonly<Record<TileName, 'line' | 'bars'>> = {
  agents: 'line',
  claims: 'line',
  latency: 'line',
  conflicts: 'bars',
  messages: 'bars',
  queued: 'line',
  you: 'line',
};

/**
 * The last five minutes in columns, oldest first, null where nothing is known. A column's bounds are whole multiples of
 * its length, so that it moves with time and does not change its height on the way.
 */
export function sparkColumns(
  name: TileName,
  seconds: readonly Second[],
  series: Now['p95Of'],
): readonly (number | null)[] {
  const last = seconds.at(-1);
  const columns: Second[][] = Array.from({ length: sparkLength }, () => []);
  if (last !== undefined) {
    const end = columnOf(last.at);
    for (const second of seconds.slice(-span))
      if (second.isLive) columns[columnOf(second.at) - end + sparkLength - 1]?.push(second);
  }
  return columns.map((column) => (column.length === 0 ? null : valueOf(name, column, series)));
}

const columnOf = (at: number): number => Math.floor(at / (width * 1_000));

/** Of columns by their last second: of nearly all of them it is what it was a second ago. */
const known = new WeakMap<
  Second,
  { readonly length: number; readonly series: string; readonly value: number | null }
>();

function knownP95(column: readonly Second[], series: Now['p95Of']): number | null {
  const last = column.at(-1)!;
  const before = known.get(last);
  if (before?.length === column.length && before.series === series) return before.value;
  const value = p95Of(column, series);
  known.set(last, { length: column.length, series, value });
  return value;
}

function valueOf(name: TileName, column: readonly Second[], series: Now['p95Of']): number | null {
  switch (name) {
    case 'latency':
      return knownP95(column, series);
    case 'conflicts':
      return column.reduce((sum, second) => sum + harmIn(second), 0);
    case 'messages':
      return column.reduce((sum, { messages }) => sum + messages, 0) / column.length;
    case 'agents':
    case 'claims':
    case 'queued':
    case 'you':
      return column.at(-1)![name];
  }
}
