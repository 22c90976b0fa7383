import type { WatchEvent } from '../protocol/status.ts';
import { short, span } from './statusText.ts';

/** One event as a line for a terminal: when, which fleet, what, who, and what it was about. */
export function watchText(event: WatchEvent): string {
  const about = [event.agent, event.resource, event.reason]
    .filter((each) => each !== null)
    .map((each) => short(each, 100));
  const time = event.at.slice(11, 19);
  const cells = [time, short(event.ns), event.kind.padEnd(10), ...about, short(dataText(event.data), 160)];
  return cells.filter((cell) => cell !== '').join('  ');
}

/** The few fields that a person looks for, else the whole. */
function dataText(data: unknown): string {
  if (data === null || data === undefined) return '';
  if (typeof data !== 'object') return word(data);
  const { status, task, ver, ttlMs, waiting } = data as Record<string, unknown>;
  if (typeof waiting === 'number') return `${waiting} waiting`;
  if (typeof ttlMs === 'number') return `${span(ttlMs)} left`;
  if (status === undefined && task === undefined) return JSON.stringify(data);
  const version = ver === undefined ? '' : `(ver ${word(ver)})`;
  return [word(status), word(task), version].filter((part) => part !== '').join(' ');
}

function word(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
