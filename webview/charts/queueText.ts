/** What the queues chart says in words. */
import type { Now } from '../../src/protocol/panel/picture.ts';
import type { Words } from '../page.ts';
import type { Column } from './columns.ts';
import type { Formats } from './formats.ts';
import { rangeWords, silence, type Shown } from './shownText.ts';

/** What waits in all of them; nothing where there is none. */
export function queueSum({ queued, queues }: Now, l10n: Words, formats: Formats): string {
  if (queues.length === 0) return '';
  const waiting = formats.count(queued);
  return queues.length === 1
    ? l10n.t('{0} waiting in 1 queue', waiting)
    : l10n.t('{0} waiting in {1} queues', waiting, formats.count(queues.length));
}

/** Done a second, over the seconds of a column that are known. */
export const doneRate = (column: Column): number => column.done / column.seconds.length;

/** Of how many seconds the rate that is drawn is a mean, at least: queues become shorter all at once. */
const meanOf = 10;

/** Done a second by column, as a mean of the last ten seconds or, where they are longer, of the columns. */
export function doneMeans(columns: readonly Column[]): number[] {
  const first = columns[0];
  if (first === undefined) return [];
  const many = Math.max(1, Math.round((meanOf * 1_000) / (first.end - first.at)));
  let done = 0;
  let seconds = 0;
  return columns.map((column, i) => {
    done += column.done;
    seconds += column.seconds.length;
    const gone = columns[i - many];
    done -= gone?.done ?? 0;
    seconds -= gone?.seconds.length ?? 0;
    return done / seconds;
  });
}

/** What a column says, for those who hear it. */
export function queueWords(column: Column, l10n: Words, formats: Formats): string {
  const { queued, oldestMs } = column.last;
  const waiting = formats.count(queued);
  const done = formats.rate(doneRate(column));
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
