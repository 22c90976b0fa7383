import type { AttentionItem, Picture } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Translator } from '../protocol/reasons.ts';
import { agentName } from './agentText.ts';
import type { RowIcon } from './row.ts';
import { troubleWords } from './troubleWords.ts';

/** What a row is about, and what is the matter with it, without saying the first again. */
export interface AttentionWords {
  readonly label: string;
  readonly text: string;
}

export function attentionWords(item: AttentionItem, picture: Picture, l10n: Translator): AttentionWords {
  const name = (id: string | null): string => (id === null ? '?' : agentName(picture, item.ns, id));
  const agent = name(item.agent);
  const resource = displayText(item.resource ?? '?', 120);
  const detail = displayText(item.detail ?? '', 200);
  const because = (text: string): string => (detail ? `${text}: ${detail}` : text);
  switch (item.kind) {
    case 'waiting-on-you':
      return { label: agent, text: because(l10n.t('waiting for you')) };
    case 'conflict':
      if (item.spelling !== undefined) {
        const other = displayText(item.spelling, 120);
        return { label: resource, text: l10n.t('{0} holds {1}, the same on many disks', name(item.detail), other) };
      }
      return item.resource === null
        ? { label: agent, text: l10n.t('sent two different states with version {0}', detail) }
        : { label: resource, text: l10n.t('{0} and {1} both active', name(item.detail), agent) };
    case 'deadlock':
      return { label: agent, text: because(l10n.t('would wait for itself')) };
    case 'dead-holder':
      return { label: agent, text: l10n.t('dead, still holds {0}', detail) };
    case 'stalled':
      return { label: agent, text: because(l10n.t('silent in the middle of its work')) };
    case 'error':
      return item.agent === null
        ? { label: l10n.t('Error'), text: detail }
        : { label: agent, text: because(l10n.t('error')) };
    case 'run-failed':
      return { label: l10n.t('Run failed'), text: detail };
    case 'unguarded':
      return { label: resource, text: unguarded(item, agent, l10n) };
    case 'restarted':
      return { label: agent, text: l10n.t('sends versions below {0}: restarted?', detail) };
    case 'no-expiry':
      return { label: resource, text: l10n.t('locked by {0} without an expiry', agent) };
    case 'health':
      return troubleWords(item, l10n);
  }
}

function unguarded({ detail }: AttentionItem, agent: string, l10n: Translator): string {
  if (detail === 'overwritten') return l10n.t('claim overwritten by a plain lock of {0}', agent);
  return detail === 'raw-under-folder'
    ? l10n.t("plain lock of {0} in another agent's folder", agent)
    : l10n.t('edited by {0} without a claim', agent);
}

const conflict = 'signalbox.conflictForeground';
const warning = 'signalbox.agentStalledForeground';

export function attentionIcon(item: AttentionItem): RowIcon {
  switch (item.kind) {
    case 'waiting-on-you':
      return { codicon: 'bell-dot', color: 'signalbox.agentWaitingForYouForeground' };
    case 'conflict':
    case 'deadlock':
      return { codicon: 'error', color: conflict };
    case 'error':
    case 'run-failed':
      return { codicon: 'bug', color: conflict };
    case 'dead-holder':
      return { codicon: 'circle-slash', color: warning };
    case 'no-expiry':
      return { codicon: 'watch', color: warning };
    case 'restarted':
      return { codicon: 'debug-restart', color: warning };
    case 'stalled':
    case 'unguarded':
    case 'health':
      return { codicon: 'warning', color: warning };
  }
}

/** The kinds for which the status bar turns to its warning colour. */
export const isConflict = (item: AttentionItem): boolean => item.kind === 'conflict' || item.kind === 'deadlock';
