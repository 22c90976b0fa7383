import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { Survey } from '../../redis/keys/survey.ts';

/** What a survey found, in lines for a dialog: how many of what, how large, some of them, and what stays. */
export function surveyText({ types, roles, bytes, examples, kept, total }: Survey, l10n: Translator): string {
  const words = { lease: l10n.t('leases'), own: l10n.t("Signalbox's own"), large: '> 1 MiB' };
  const stay = Object.entries(kept).map(
    ([why, { count, example }]) =>
      `${words[why as keyof typeof words]}: ${count} (${displayText(example, 60)}${count > 1 ? ', …' : ''})`,
  );
  const names = examples.map((name) => displayText(name, 40)).join(', ');
  const lines = [
    `${counts(types)} · ${bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`}`,
    roles.other === total ? '' : counts(roles),
    examples.length < total ? `${names}, …` : names,
  ];
  return [...(total > 0 ? lines : []), stay.length === 0 ? '' : l10n.t('Stays: {0}', stay.join(' · '))]
    .filter(Boolean)
    .join('\n');
}

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name}: ${count}`)
    .join(' · ');
