/** What the queues chart says in words. */
import type { Now } from '../../src/protocol/panel/picture.ts';
import type { Words } from '../page.ts';
import type { Column } from './columns.ts';
import type { Formats } from './formats.ts';
import { rangeWords, silence, type Shown, unknownWords } from './shownText.ts';

/** What waits in all of them; nothing where there is none. */
export function queueSum({ queued, queues }: Now, l10n: Words, formats: Formats): string {
  if (queues.length === 0) return '';
  const waiting = formats.count(queued);
  return queues.length === 1
    ? l10n.t('{0} waiting in 1 queue', waiting)
    : l10n.t('{0} waiting in {1} queues', waiting, formats.count(queues.length));
}

/** Done a second, over the seconds of a column that are known; null where none is. */
export const doneRate = ({ done, live }: Column): number | null => (live === 0 ? null : done / live);

/** What waits in all of them at the end of a column. */
export const waitingAt = ({ last, live }: Column): number | null => (live === 0 ? null : last.queued);

/** Of how many seconds the rate that is drawn is a mean, at least: queues become shorter all at once. */
const meanOf = 10;

/**
 * Done a second by column, as a mean of the last ten seconds or, where they are longer, of the columns; null where less
 * than half of that is known, as at the beginning, since one that was done would look like many.
 */
export function doneMeans(columns: readonly Column[]): (number | null)[] {
  const first = columns[0];
  if (first === undefined) return [];
  const many = Math.max(1, Math.round((meanOf * 1_000) / (first.end - first.at)));
  let done = 0;
  let seconds = 0;
  return columns.map((column, i) => {
    done += column.done;
    seconds += column.live;
    const gone = columns[i - many];
    done -= gone?.done ?? 0;
    seconds -= gone?.live ?? 0;
    return column.live === 0 || seconds < meanOf / 2 ? null : done / seconds;
  });
}

/** How long what has waited longest in any of them has; null where none tells. */
export function oldestOf({ queues }: Now): number | null {
  const oldest = Math.max(-1, ...queues.map(({ oldestMs }) => oldestMs ?? -1));
  return oldest < 0 ? null : oldest;
}

/** What a column says, for those who hear it. */
export function queueWords(column: Column, l10n: Words, formats: Formats): string {
  const rate = doneRate(column);
  if (rate === null) return unknownWords(column, l10n, formats);
  const { queued, oldestMs } = column.last;
  const waiting = formats.count(queued);
  const done = formats.rate(rate);
  const time = formats.span(column);
  return oldestMs === null
    ? l10n.t('{0}: {1} waiting, {2} done a second', time, waiting, done)
    : l10n.t('{0}: {1} waiting, {2} done a second, oldest {3}', time, waiting, done, formats.age(oldestMs));
}

export function queuesEmpty(shown: Shown, l10n: Words): string {
  return (
    silence(shown, l10n) ??
    l10n.t('No queue is known. Lists called "agent:tasks" or "…:queue" appear here once something is in them.')
  );
}

/** What the whole chart says. */
export function queueSummary(
  columns: readonly Column[],
  hasQueues: boolean,
  shown: Shown,
  l10n: Words,
  formats: Formats,
): string {
  const title = l10n.t('Queues, last {0}', rangeWords(shown.range, formats));
  const latest = columns.at(-1);
  if (latest === undefined || !hasQueues) return `${title}. ${queuesEmpty(shown, l10n)}`;
  const most = columns.reduce((highest, column) => Math.max(highest, column.last.queued), 0);
  const words = l10n.t('Latest {0}', queueWords(latest, l10n, formats));
  return `${title}. ${words}. ${l10n.t('At most {0} waiting', formats.count(most))}.`;
}
