import * as vscode from 'vscode';
import { displayText } from '../../protocol/displayText.ts';
import { limits } from '../../protocol/names.ts';
import { UserError } from '../../redis/userError.ts';
import { forMessage } from '../say.ts';
import type { Acting } from './acting.ts';
import { changedText, deniedText, limitText } from './transferWords.ts';
import type { ClaimMeant } from './whichClaim.ts';

/** What became of a claim: `changed` where it was another's by then, in which case nothing was done. */
export interface Transferred {
  readonly outcome: 'done' | 'changed' | 'denied' | 'limit';
  /** Of the claim that there is now; none for a plain lock, or where there is no claim. */
  readonly token?: number;
  /** Who holds it, or is in the way, now; none where nobody does. */
  readonly holder?: string;
}

/** How long who gets a claim may keep it where the fleet has not said, in ms. */
const usualKeep = 600_000;

/** Moves a claim to an agent, or to nobody, if it still is what the person saw; says in words where that failed. */
export async function transfer(
  acting: Acting,
  claim: ClaimMeant,
  to: string | null,
  reason: string,
): Promise<Transferred> {
  const { ns, resource, token: expected, known } = claim;
  const name = displayText(resource, 80);
  const left = (known?.expiresAt ?? 0) - acting.clock.now();
  const ttlMs = to === null ? 0 : Math.round(Math.min(Math.max(left, await keepOf(acting, ns)), limits.ttl));
  const title = to === null ? vscode.l10n.t('Breaking the claim') : vscode.l10n.t('Handing over');
  const request = { by: acting.by, to, expected, ttlMs, reason };
  const reply = await acting.call(ns, title, (calls) => calls.transfer(resource, request));
  const names = (id: string): string => acting.nameOf(ns, id);
  const receiver = to === null ? '' : names(to);
  const tell = (text: string): void => void warn(text);
  switch (reply.kind) {
    case 'done':
      return to === null ? { outcome: 'done' } : { outcome: 'done', token: reply.token, holder: to };
    case 'changed': {
      tell(changedText(name, reply, names, acting.clock.now() + acting.link.skewMs, vscode.l10n));
      const { holder, token } = reply;
      return { outcome: 'changed', ...(token === null ? {} : { token }), ...(holder === '' ? {} : { holder }) };
    }
    case 'denied':
      tell(vscode.l10n.t('{0} cannot have it: {1}', receiver, deniedText(reply, names, vscode.l10n)));
      return { outcome: 'denied', holder: reply.holder };
    case 'limit':
      tell(vscode.l10n.t('{0} cannot have it: {1}', receiver, limitText(reply.what, vscode.l10n)));
      return { outcome: 'limit' };
  }
}

/** What the fleet lets a lease last without an edit. Who may not read it can still hand over. */
async function keepOf(acting: Acting, ns: string): Promise<number> {
  try {
    return (await acting.link.obeyed(ns, 'claims.keep')) ?? usualKeep;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return usualKeep;
  }
}

/** A message without a button is cut off after one line. */
async function warn(text: string): Promise<void> {
  const show = vscode.l10n.t('Show Claims');
  if ((await vscode.window.showWarningMessage(forMessage(text), show)) !== show) return;
  await vscode.commands.executeCommand('signalbox.claims.focus');
}
