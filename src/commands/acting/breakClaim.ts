import * as vscode from 'vscode';
import { displayText } from '../../protocol/displayText.ts';
import { isAsked } from '../arguments.ts';
import { done, type Acting } from './acting.ts';
import { askReason, reasonIn } from './reason.ts';
import { transfer, type Transferred } from './transfer.ts';
import { claimMeant } from './whichClaim.ts';

/**
 * Takes the claim of a row, or of `{resource, reason, ns?, token?}`, from its holder for whoever is next. It cannot be undone,
 * so it wants a reason, which the one who loses it is told.
 */
export async function breakClaim(acting: Acting, argument?: unknown): Promise<Transferred | undefined> {
  acting.demandConnection();
  const title = vscode.l10n.t('Break Claim');
  const claim = await claimMeant(argument, acting, title);
  if (claim === undefined) return undefined;
  const { ns, resource, known } = claim;
  const name = displayText(resource, 80);
  const holder = acting.nameOf(ns, known?.holder ?? '?');
  const prompt = vscode.l10n.t('Why {0} loses {1}, which it is told. It may be in the middle of an edit', holder, name);
  const reason = isAsked(argument)
    ? (reasonIn(argument) ?? '')
    : await askReason(title, prompt, vscode.l10n.t('The reason'), true);
  if (reason === undefined) return undefined;
  if (reason.trim() === '') throw new Error(vscode.l10n.t('A reason is needed, for the one who loses the claim.'));
  const became = await transfer(acting, claim, null, reason);
  if (became.outcome === 'done') done(vscode.l10n.t('Broke the claim of {0} on {1}.', holder, name));
  return became;
}
