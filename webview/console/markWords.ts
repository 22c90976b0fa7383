import type { Mark } from '../../src/protocol/panel/line.ts';
import type { Words } from '../page.ts';

/** Marks that a person may have to do something about. */
export const problems: readonly Mark[] = [
  'divergent',
  'duplicate',
  'premature',
  'denied',
  'unclaimed',
  'stale',
  'malformed',
  'error',
  'gap',
];

const symbols: Record<Mark, string> = {
  stale: '↶',
  divergent: '≠',
  duplicate: '=',
  premature: '«',
  denied: '⊘',
  unclaimed: '?',
  recovered: '↻',
  malformed: '✗',
  error: '!',
  gap: '…',
};

/** How grave it is; also the name of its colour. */
export const gravity: Record<Mark, 'bad' | 'odd' | 'fine'> = {
  stale: 'odd',
  divergent: 'bad',
  duplicate: 'bad',
  premature: 'bad',
  denied: 'odd',
  unclaimed: 'bad',
  recovered: 'fine',
  malformed: 'bad',
  error: 'bad',
  gap: 'odd',
};

export function markWord(mark: Mark, l10n: Words): string {
  switch (mark) {
    case 'stale':
      return l10n.t('stale');
    case 'divergent':
      return l10n.t('divergent');
    case 'duplicate':
      return l10n.t('duplicate');
    case 'premature':
      return l10n.t('premature');
    case 'denied':
      return l10n.t('denied');
    case 'unclaimed':
      return l10n.t('unclaimed');
    case 'recovered':
      return l10n.t('recovered');
    case 'malformed':
      return l10n.t('malformed');
    case 'error':
      return l10n.t('error');
    case 'gap':
      return l10n.t('gap');
  }
}

/** The word with its symbol, so that it is known at a glance and without its colour. */
export const markLabel = (mark: Mark, l10n: Words): string => `${symbols[mark]} ${markWord(mark, l10n)}`;
