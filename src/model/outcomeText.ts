import type { Translator } from '../protocol/reasons.ts';
import type { Outcome } from './agentRecord.ts';

/** What became of an update, and by which versions: the one that it had, and the one that is known after it. */
export interface UpdateTold {
  readonly outcome: Outcome;
  readonly ver: number;
  readonly known: number;
}

/** Why an update did not simply replace what was known; null where it did. */
export function outcomeText({ outcome, ver, known }: UpdateTold, l10n: Translator): string | null {
  switch (outcome) {
    case 'applied':
      return null;
    case 'restarted':
      return l10n.t('a lower version of an agent given up for dead: a new run');
    case 'alive':
      return l10n.t('the same state once more: its agent lives');
    case 'stale':
      return l10n.t('version {0} is not newer than {1}', ver, known);
    case 'divergent':
      return l10n.t('other content with version {0}', ver);
  }
}

/** Why work that was begun counts as premature. */
export const prematureText = (missing: readonly string[], l10n: Translator): string =>
  l10n.t('began before {0} was done', missing.join(', '));

/** Why something is told late. */
export const recoveredText = (l10n: Translator): string => l10n.t('recovered from history');
