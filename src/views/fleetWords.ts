import { everybody } from '../model/pauseBook.ts';
import type { Picture } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Translator } from '../protocol/reasons.ts';
import { agentName } from './agentText.ts';

/** Whether all agents of a namespace were told to pause. */
export const isFleetPaused = ({ pauses }: Picture): boolean => pauses.some(({ target }) => target === everybody);

/** By whom all agents were told to pause, and why, a sentence for each namespace; empty where they were not. */
export function fleetPausedText(picture: Picture, l10n: Translator): string {
  const many = picture.connection.namespaces.length > 1;
  const paused = picture.pauses.filter(({ target }) => target === everybody);
  return paused
    .map(({ ns, by, reason }) => {
      const who = agentName(picture, ns, by);
      const text =
        reason === ''
          ? l10n.t('All agents are paused by {0}.', who)
          : l10n.t('All agents are paused by {0}: {1}', who, displayText(reason, 200));
      return many && ns !== '' ? `${displayText(ns, 40)} ${text}` : text;
    })
    .join(' ');
}

/** How many have the last message to all, which whoever sent it wants to know; a line for each namespace. */
export function fleetMailLines(picture: Picture, l10n: Translator): string[] {
  return picture.mailToAll.map(
    ({ ns, from, text, receivers, delivered }) =>
      l10n.t('Message of {0} to all: {1} of {2} have it', agentName(picture, ns, from), delivered, receivers) +
      ` · ${displayText(text, 80)}`,
  );
}
