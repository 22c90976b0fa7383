import * as vscode from 'vscode';
import type { Removal } from '../../redis/keys/removeKeys.ts';
import type { Survey } from '../../redis/keys/survey.ts';
import { fileName, tellExported } from './exportPlace.ts';
import type { Meant } from './scope.ts';
import { keptLines, surveyText } from './surveyText.ts';

/**
 * Shows what was found and asks whether it is to be exported and removed: only what agents keep, or, of a namespace whose name
 * the person then types, all; undefined for no.
 */
export async function askWhether({ ns, name }: Meant, found: Survey): Promise<'these' | 'all' | undefined> {
  const { l10n } = vscode;
  const { total, kept } = found;
  const export_ = l10n.t('Export and Remove…');
  const all = l10n.t('All of It…');
  const actions = [...(total > 0 ? [export_] : []), ...(ns !== null && (kept.lease ?? kept.own) ? [all] : [])];
  const message =
    total === 0
      ? l10n.t('No key of {0} is to be removed.', name)
      : total === 1
        ? l10n.t('Remove 1 key of {0}?', name)
        : l10n.t('Remove {0} keys of {1}?', total, name);
  const rule = l10n.t('They are exported to a file first. What changes after that, or comes only now, stays.');
  const detail = total === 0 ? keptLines(kept, l10n).join('\n') : `${surveyText(found, l10n)}\n\n${rule}`;
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...actions);
  if (chosen === export_) return 'these';
  if (chosen !== all || ns === null) return undefined;
  const typed = await vscode.window.showInputBox({
    title: l10n.t('Clean Up Keys'),
    prompt: l10n.t('Agents lose what they hold, and the history is gone. Type {0} to remove all of it', name),
    validateInput: (text) => (text === '' || text === ns ? undefined : l10n.t('This is not {0}.', name)),
  });
  return typed === ns ? 'all' : undefined;
}

/** Says what became of it. */
export function tellOutcome({ removed, changed, came }: Removal, file: string): void {
  const { l10n } = vscode;
  const parts = [
    removed === 1
      ? l10n.t('Removed 1 key, exported to {0}.', fileName(file))
      : l10n.t('Removed {0} keys, exported to {1}.', removed, fileName(file)),
  ];
  if (changed > 0) parts.push(l10n.t('{0} stay, since they changed meanwhile.', changed));
  if (came > 0) parts.push(l10n.t('{0} came meanwhile and stay.', came));
  tellExported(parts.join(' '), file);
}
