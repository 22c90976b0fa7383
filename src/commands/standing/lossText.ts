import * as vscode from 'vscode';
import type { Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { Loss, Own } from './ownClaims.ts';

/** What became of a claim of the person that is none any more. */
export function lossText({ ns, resource }: Own, loss: Loss, picture: Picture): string {
  const { l10n } = vscode;
  const what = displayText(resource, 80);
  const name = (agent: string): string => displayText(picture.nameOf(ns, agent), 60);
  switch (loss.kind) {
    case 'handed':
      return l10n.t('Your claim on {0} was handed to {1} by {2}', what, name(loss.to), name(loss.by));
    case 'ended':
      return l10n.t('Your claim on {0} was ended by {1}', what, name(loss.by));
    case 'taken':
      return loss.reply.kind === 'denied'
        ? l10n.t('You do not hold {0} any more; {1} has it', what, name(loss.reply.holder))
        : l10n.t('You do not hold {0} any more', what);
  }
}
