import type { Claim, Picture } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Translator } from '../protocol/reasons.ts';
import { agentName } from './agentText.ts';
import { clickOn } from './clicks.ts';
import { leftText, roughLeftText } from './duration.ts';
import { splitName, type ResourceFinder } from './places.ts';
import type { Row, RowIcon } from './row.ts';

/** What rows of claims are made from. */
export interface ClaimContext {
  readonly picture: Picture;
  readonly files: ResourceFinder;
  readonly l10n: Translator;
  readonly now: number;
}

/** A claim as a row of the list of claims, or (`under` its holder) without saying again who holds it. */
export function claimRow(claim: Claim, { picture, files, l10n, now }: ClaimContext, under: boolean): Row {
  const { name, folder } = splitName(claim.resource);
  const label = displayText(name, 80);
  const holder = agentName(picture, claim.ns, claim.holder);
  const left = inWords(claim, now, l10n, roughLeftText);
  const waiting = waitingWords(claim, picture, l10n);
  const places = claim.kind === 'named' ? undefined : files.find(claim.ns, claim.resource);
  const place = places?.[0];
  const parts = [
    ...(under ? [] : [holder]),
    left,
    ...(waiting === null ? [] : [waiting]),
    // What a plain lock is for nobody says; its holder's task stands in the holder's row.
    ...(claim.level === 1 && claim.task !== null && !under ? [displayText(claim.task, 60)] : []),
    ...(places?.length === 0 ? [l10n.t('not in this workspace')] : []),
    ...(folder ? [displayText(folder, 120)] : []),
  ];
  return {
    label,
    description: parts.join(' · '),
    spoken: l10n.t(
      '{0}, claimed by {1}, {2}',
      displayText(claim.resource, 200),
      holder,
      waiting === null ? left : `${left}, ${waiting}`,
    ),
    icon: claimIcon(claim, place),
    contextValue: claim.level === 0 ? 'claim.raw' : 'claim.leased',
    children: 'none',
    resource: place ?? null,
    click: clickOn(claim.ns, claim.resource, files),
  };
}

/** To the second, for where it is read at leisure. */
export function timeLeft(claim: Claim, now: number, l10n: Translator): string {
  return inWords(claim, now, l10n, leftText);
}

function inWords(claim: Claim, now: number, l10n: Translator, words: (ms: number) => string): string {
  if (claim.expiresAt === null) return l10n.t('no expiry');
  return l10n.t('{0} left', words(claim.expiresAt - now));
}

/** Waiters that a row names; a tooltip names them all. */
const mostNamed = 3;

function waitingWords({ ns, waiters }: Claim, picture: Picture, l10n: Translator): string | null {
  if (waiters.length === 0) return null;
  const named = waiters.slice(0, mostNamed).map((id) => agentName(picture, ns, id));
  const names = [...named, ...(waiters.length > mostNamed ? ['…'] : [])].join(', ');
  return waiters.length === 1 ? l10n.t('{0} waits', names) : l10n.t('{0} wait: {1}', waiters.length, names);
}

function claimIcon(claim: Claim, place: string | undefined): RowIcon {
  if (claim.kind === 'named') return { codicon: 'key', color: null };
  // Many file icon themes have none for folders, and would leave a gap.
  if (claim.kind === 'folder') return { codicon: 'symbol-folder', color: null };
  // The theme knows an icon for the file type, but only a row with a resource gets it.
  return place ? 'file' : { codicon: 'file', color: 'signalbox.agentIdleForeground' };
}
