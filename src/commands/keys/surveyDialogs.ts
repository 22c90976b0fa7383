import * as vscode from 'vscode';
import type { Removal } from '../../redis/keys/removeKeys.ts';
import type { Survey } from '../../redis/keys/survey.ts';
import { fileName, tellExported } from './exportPlace.ts';
import { askAll, type Meant } from './scope.ts';
import { surveyText } from './surveyText.ts';

/**
 * Shows what was found and asks whether it is to be exported and removed: only what agents keep, or, of a namespace whose name
 * the person then types, all; undefined for no.
 */
export async function askWhether({ ns, name }: Meant, found: Survey): Promise<'these' | 'all' | undefined> {
  const { l10n } = vscode;
  const { total, kept, isCut } = found;
  const [these, all] = [l10n.t('Export and Remove…'), l10n.t('All of It…')];
  const actions = [...(total > 0 ? [these] : []), ...(ns !== null && (kept.lease ?? kept.own) ? [all] : [])];
  const message = l10n.t('Remove the keys of {0} ({1})?', name, `${total}${isCut ? '+' : ''}`);
  const rule = l10n.t('They are exported to a file first. What changes after that, or comes only now, stays.');
  const detail = `${surveyText(found, l10n)}\n\n${rule}`;
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...actions);
  if (chosen === these) return 'these';
  return chosen === all && ns !== null && (await askAll(ns)) ? 'all' : undefined;
}

/** What became of it. */
export function outcomeText({ removed, changed, came }: Removal, file: string): string {
  const done = vscode.l10n.t('Removed keys: {0}. They are exported to {1}.', removed, fileName(file));
  const stay = changed + came;
  return stay === 0 ? done : `${done} ${vscode.l10n.t('{0} stay, since they changed or came meanwhile.', stay)}`;
}

export const tellOutcome = (gone: Removal, file: string): void => tellExported(outcomeText(gone, file), file);
