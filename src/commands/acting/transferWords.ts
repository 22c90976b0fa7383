import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { Denied } from '../../redis/library/calls.ts';

/** What the library says of a claim that is not the expected one any more. */
export interface ChangedReply {
  /** Empty where nobody holds it. */
  readonly holder: string;
  readonly token: number | null;
  /** Who moved or broke it last, at a time by the server's clock in ms. */
  readonly last?: {
    readonly by: string;
    readonly kind: 'transfer' | 'break';
    readonly to: string | null;
    readonly at: number;
    readonly reason: string;
  } | null;
}

type Names = (id: string) => string;

/**
 * Says to who came second what happened meanwhile, and that they changed nothing.
 * @param now by the server's clock
 */
export function changedText(
  resource: string,
  reply: ChangedReply,
  names: Names,
  now: number,
  l10n: Translator,
): string {
  const { holder, token, last = null } = reply;
  const nothing = l10n.t('Nothing was changed.');
  const state =
    holder === ''
      ? l10n.t('Nobody holds {0} any more', resource)
      : token === null
        ? l10n.t('{0} has a plain lock of {1} by now', resource, names(holder))
        : l10n.t('{0} is held by {1} by now', resource, names(holder));
  if (last === null) return `${state}. ${nothing}`;
  const by = names(last.by);
  const age = agoText(now - last.at, l10n);
  const what =
    last.kind === 'break'
      ? l10n.t('{0} broke the claim {1}', by, age)
      : last.to === holder
        ? l10n.t('{0} handed it over {1}', by, age)
        : l10n.t('{0} handed it to {1} {2}', by, names(last.to ?? '?'), age);
  const why = last.reason.trim() === '' ? '' : ` (${displayText(last.reason.trim(), 120)})`;
  return `${state}: ${what}${why}. ${nothing}`;
}

/** What is in the way of who was to get it. */
export function deniedText(
  { resource, blocking, holder, leftMs, reason }: Denied,
  names: Names,
  l10n: Translator,
): string {
  const who = names(holder);
  const what = displayText(blocking, 80);
  // What is in the way may lie around or below what was to be handed over.
  const where = resource === blocking ? what : l10n.t('{0}, which {1} clashes with,', what, displayText(resource, 80));
  switch (reason) {
    case 'queue':
      return l10n.t('{0} is free, but {1} waits for it and came first.', where, who);
    case 'raw':
      return l10n.t('{0} has a plain lock of {1}.', where, who);
    case 'lease':
      return leftMs === null
        ? l10n.t('{0} is held by {1}.', where, who)
        : l10n.t('{0} is held by {1} for {2} still.', where, who, spanText(leftMs, l10n));
  }
}

export function limitText(what: string, l10n: Translator): string {
  switch (what) {
    case 'claims':
      return l10n.t('it holds as many claims as one agent may (1,000).');
    case 'folder':
      return l10n.t('more is claimed below this folder than one call can look at (2,000 claims).');
    default:
      return l10n.t('there is too much of something ({0}).', displayText(what, 40));
  }
}

function agoText(ms: number, l10n: Translator): string {
  return ms < 1_000 ? l10n.t('just now') : l10n.t('{0} ago', spanText(ms, l10n));
}

function spanText(ms: number, l10n: Translator): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 60) return l10n.t('{0} s', seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? l10n.t('{0} min', minutes) : l10n.t('{0} h', Math.round(minutes / 60));
}
