import { displayText } from '../src/protocol/displayText.ts';
import type { Now } from '../src/protocol/panel/picture.ts';
import type { Words } from './page.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
}

/**
 * Whose traffic to show: all, then who is there, then who is gone. Who was chosen stays among them also where nothing is
 * known any more.
 * @param chosen the key of the chosen one, null for all
 * @param lastLabel what that one was called when it was last known
 */
export function agentChoices(
  names: Now['agentNames'],
  chosen: string | null,
  lastLabel: string | null,
  l10n: Words,
): readonly Choice[] {
  const gone = (label: string): string => l10n.t('{0} (gone)', label);
  const there = names.filter(({ isGone }) => !isGone).map(({ key, label }) => ({ value: key, label: shown(label) }));
  const away = names
    .filter(({ isGone }) => isGone)
    .map(({ key, label }) => ({ value: key, label: gone(shown(label)) }));
  if (chosen !== null && !names.some(({ key }) => key === chosen)) {
    away.unshift({ value: chosen, label: gone(shown(lastLabel ?? nameIn(chosen))) });
  }
  return [{ value: '', label: l10n.t('All agents') }, ...there, ...away];
}

/** A key is the namespace and the name, with a zero between them. */
const nameIn = (key: string): string => key.slice(key.lastIndexOf('\0') + 1);

const shown = (label: string): string => displayText(label, 60);
