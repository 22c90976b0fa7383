import * as vscode from 'vscode';
import { claimRowId } from '../host/rowIds.ts';
import type { Claim, Picture } from '../model/picture.ts';
import { personRole } from '../protocol/person.ts';
import type { Translator } from '../protocol/reasons.ts';
import { inLink } from './markdown.ts';

/** What links in a hover may run, and nothing else. */
const enabledCommands = [
  'claimFile',
  'releaseFile',
  'messageAgent',
  'pauseAgent',
  'resumeAgent',
  'handOverClaim',
  'breakClaim',
  'compare',
].map((name) => `signalbox.${name}`);

/**
 * What can be done about a claim, as links for a hover. The text is ours alone, which is why it may be trusted: what others wrote
 * stands in a part of its own, that is not.
 */
export function claimActions(claim: Claim, me: string, picture: Picture, l10n: Translator): vscode.MarkdownString {
  const link = (text: string, command: string): string =>
    `[${text}](command:signalbox.${command}?${inLink(JSON.stringify([claimRowId(claim.key)]))})`;
  const holder = picture.agentById(claim.ns, claim.holder);
  const isOwn = claim.holder === me;
  const links = [link(l10n.t('Hand Over…'), 'handOverClaim')];
  if (isOwn) links.unshift(link(l10n.t('Release'), 'releaseFile'));
  else links.push(link(l10n.t('Break…'), 'breakClaim'));
  // A person is asked in another way.
  if (claim.holder !== '?' && !isOwn && holder?.role !== personRole) {
    const isPaused = holder !== undefined && holder.paused !== null;
    links.unshift(
      link(l10n.t('Message…'), 'messageAgent'),
      isPaused ? link(l10n.t('Resume'), 'resumeAgent') : link(l10n.t('Pause…'), 'pauseAgent'),
    );
  }
  if (claim.kind === 'file' && !isOwn) links.unshift(link(l10n.t('Claim This File'), 'claimFile'));
  if (claim.kind === 'file') links.push(link(l10n.t('Compare'), 'compare'));
  const made = new vscode.MarkdownString(links.join(' · '));
  made.isTrusted = { enabledCommands };
  return made;
}
