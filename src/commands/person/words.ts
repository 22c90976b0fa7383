import * as vscode from 'vscode';
import type { Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { formatMs } from '../../protocol/durationWords.ts';
import type { Denied } from '../../redis/library/calls.ts';
import type { InLineReply } from '../../redis/library/inLine.ts';

/** Who is in the person's way, for how long still, and what place in line they have. */
export function heldWords(ns: string, denied: Denied, picture: Picture): string {
  const { l10n } = vscode;
  const { leftMs, reason, position } = denied;
  const holder = displayText(picture.nameOf(ns, denied.holder), 60);
  const held =
    reason === 'queue'
      ? l10n.t('{0} waits for it and came first', holder)
      : leftMs === null
        ? l10n.t('held by {0}, without an end', holder)
        : l10n.t('held by {0}, {1} left', holder, formatMs(leftMs, vscode.env.language));
  return position > 1 ? `${held} · ${l10n.t('place {0} in line', position)}` : held;
}

/** Why something cannot be had, beside that it is another's. */
export function notHadWords(reply: InLineReply, ns: string, picture: Picture): string {
  const { l10n } = vscode;
  if (reply.kind === 'deadlock') {
    const circle = reply.circle.map((agent) => displayText(picture.nameOf(ns, agent), 60)).join(' → ');
    return l10n.t('To wait would never end, as each waits for the next: {0}. Release what you hold first.', circle);
  }
  if (reply.kind !== 'limit') return '';
  switch (reply.what) {
    case 'waiters':
      return l10n.t('Too many wait in line already. Try again later.');
    case 'folder':
      return l10n.t('More is claimed in this folder than can be looked at. Claim a smaller one.');
    default:
      return l10n.t('You hold as many claims as one can. Release some first.');
  }
}
