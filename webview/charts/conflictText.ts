/** What the conflicts chart says in words. */
import { conflictKinds, harmful, type ConflictKind, type Now } from '../../src/protocol/panel/picture.ts';
import type { Words } from '../page.ts';
import type { Column } from './columns.ts';
import type { Formats } from './formats.ts';
import { rangeWords, silence, type Shown, unknownWords } from './shownText.ts';

export function kindName(kind: ConflictKind, l10n: Words): string {
  switch (kind) {
    case 'stale':
      return l10n.t('stale update dropped');
    case 'divergent':
      return l10n.t('divergent update');
    case 'duplicate':
      return l10n.t('duplicate work');
    case 'premature':
      return l10n.t('premature start');
    case 'denied':
      return l10n.t('denied claim');
    case 'unclaimed':
      return l10n.t('edit without a claim');
    case 'recovered':
      return l10n.t('recovered broadcast');
  }
}

/** What a kind is, and whether it did harm. */
export function kindHint(kind: ConflictKind, l10n: Words): string {
  switch (kind) {
    case 'stale':
      return l10n.t('Prevented: an update that was older than what was known was not taken.');
    case 'divergent':
      return l10n.t('Harmful: the same version came with two different contents.');
    case 'duplicate':
      return l10n.t('Harmful: two agents worked on the same task.');
    case 'premature':
      return l10n.t('Harmful: a task was begun before what it needs was done.');
    case 'denied':
      return l10n.t('Prevented: what was asked for belonged to another.');
    case 'unclaimed':
      return l10n.t('Harmful: a file was changed without a claim on it.');
    case 'recovered':
      return l10n.t('Prevented: a broadcast that was missed came from the history.');
  }
}

/** Harmful first, as they are stacked from below. */
export const stackedKinds: readonly ConflictKind[] = [
  ...conflictKinds.filter((kind) => harmful.has(kind)),
  ...conflictKinds.filter((kind) => !harmful.has(kind)),
];

/** A count by kind; that of a kind that cannot be seen is not 0. */
export function countText(
  kind: ConflictKind,
  count: number,
  { measuresPremature }: Now,
  l10n: Words,
  formats: Formats,
): string {
  if (kind === 'premature' && count === 0 && !measuresPremature) return l10n.t('not measured');
  return formats.count(count);
}

/** Harmful conflicts over tasks, since the observer began and of all agents. */
export function rateText(now: Now, l10n: Words, formats: Formats): string {
  const conflicts = formats.count(now.conflicts);
  if (now.tasks === 0) {
    return now.conflicts === 0
      ? l10n.t('No rate yet: no task was seen.')
      : l10n.t('No rate: {0} harmful, but no task was seen.', conflicts);
  }
  const rate = now.conflicts / now.tasks;
  // In percent up to 100 %, and above, where that says little, as how many a task had.
  const text = rate <= 1 ? formats.percent(rate) : l10n.t('{0} a task', formats.rate(rate));
  return now.tasks === 1
    ? l10n.t('{0} since connecting: {1} harmful over 1 task', text, conflicts)
    : l10n.t('{0} since connecting: {1} harmful over {2} tasks', text, conflicts, formats.count(now.tasks));
}

export function conflictsEmpty(shown: Shown, l10n: Words, formats: Formats): string {
  const last = rangeWords(shown.range, formats);
  return (
    silence(shown, l10n) ??
    (shown.agent === null
      ? l10n.t('No conflict in the last {0}. Updates dropped, work done twice and claims denied appear here.', last)
      : l10n.t('{0} had no conflict in the last {1}.', shown.agent, last))
  );
}

/** What a column says, for those who hear it. */
export function conflictWords(column: Column, l10n: Words, formats: Formats): string {
  if (column.live === 0) return unknownWords(column, l10n, formats);
  const parts = stackedKinds.flatMap((kind) => {
    const count = column.conflicts[conflictKinds.indexOf(kind)]!;
    return count === 0 ? [] : [`${kindName(kind, l10n)} ${formats.count(count)}`];
  });
  return `${formats.span(column)}: ${parts.length === 0 ? l10n.t('no conflict') : parts.join(', ')}`;
}

/** All conflicts of the columns by kind, in the order of {@link conflictKinds}. */
export function conflictTotals(columns: readonly Column[]): number[] {
  return conflictKinds.map((_, kind) => columns.reduce((total, column) => total + column.conflicts[kind]!, 0));
}

/** How high a column is, without what an outage brings at once: that may be cut off at the top. */
export const heightOf = ({ conflicts }: Column): number =>
  conflictKinds.reduce((sum, kind, i) => (kind === 'recovered' ? sum : sum + conflicts[i]!), 0);

/** Which kind is at this height of a column, in conflicts from 0 up; null above the topmost. */
export function kindAt(column: Column, value: number): ConflictKind | null {
  let sum = 0;
  for (const kind of stackedKinds) {
    sum += column.conflicts[conflictKinds.indexOf(kind)]!;
    if (value >= 0 && value < sum) return kind;
  }
  return null;
}

/** What the whole chart says. */
export function conflictSummary(
  columns: readonly Column[],
  now: Now,
  shown: Shown,
  l10n: Words,
  formats: Formats,
): string {
  const title = l10n.t('Conflicts, last {0}', rangeWords(shown.range, formats));
  const totals = conflictTotals(columns);
  if (totals.every((total) => total === 0)) return `${title}. ${conflictsEmpty(shown, l10n, formats)}`;
  const parts = stackedKinds.map((kind) => {
    const text = countText(kind, totals[conflictKinds.indexOf(kind)]!, now, l10n, formats);
    return `${kindName(kind, l10n)} ${text}`;
  });
  return `${title}: ${parts.join(', ')}. ${rateText(now, l10n, formats)}`;
}
