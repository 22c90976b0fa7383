import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { largestKey } from '../../redis/keys/matchedKeys.ts';
import { mostKeys, type Survey } from '../../redis/keys/survey.ts';

/** What a survey found, in lines for a dialog: how many of what, how large, some of them, and what stays. */
export function surveyText(found: Survey, l10n: Translator): string {
  const { types, roles, bytes, examples, kept, isCut, total } = found;
  const roleCounts = Object.entries(roles).map(([role, count]) => [roleWord(role, l10n), count] as const);
  const lines = [
    counts(Object.entries(types)),
    roles.other === total ? '' : counts(roleCounts),
    l10n.t("About {0} of the server's memory", sizeText(bytes)),
    l10n.t('For example: {0}', list(examples.map((name) => displayText(name, 40)))),
  ];
  if (isCut) lines.push(l10n.t('There are more than {0}; clean up again for the others.', mostKeys));
  return [...lines, ...keptLines(kept, l10n)].filter((line) => line !== '').join('\n');
}

/** What stays where it is, and why. */
export function keptLines({ lease, own, large }: Survey['kept'], l10n: Translator): string[] {
  const lines: string[] = [];
  const eg = (name: string): string => displayText(name, 60);
  if (lease) lines.push(l10n.t('Stays: {0} leases that agents hold, as {1}', lease.count, eg(lease.example)));
  if (own) lines.push(l10n.t("Stays: {0} of Signalbox's own, as {1}", own.count, eg(own.example)));
  if (large) {
    const size = sizeText(largestKey);
    lines.push(l10n.t('Stays: {0} of over {1}, too large to export: {2}', large.count, size, eg(large.example)));
  }
  return lines;
}

export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const value = bytes / 1024 ** power;
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? ''}`;
}

const counts = (of: readonly (readonly [string, number])[]): string =>
  [...of]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name}: ${count}`)
    .join(' · ');

const list = (names: readonly string[]): string => names.join(', ');

function roleWord(role: string, l10n: Translator): string {
  switch (role) {
    case 'pipeline':
      return l10n.t('pipelines');
    case 'run':
      return l10n.t('run statuses');
    case 'errors':
      return l10n.t('errors');
    case 'progress':
      return l10n.t('progress');
    case 'queue':
      return l10n.t('queues');
    case 'shared':
      return l10n.t('shared state');
    case 'result':
      return l10n.t('results');
    case 'lock':
      return l10n.t('locks');
    default:
      return l10n.t('others');
  }
}
