import type { AttentionItem, Picture } from '../model/picture.ts';
import { wishOf } from '../model/wish.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Translator } from '../protocol/reasons.ts';
import { agentName } from './agentText.ts';
import { toolName, wishWord } from './hookWords.ts';
import { splitName } from './places.ts';
import type { RowIcon } from './row.ts';
import { troubleWords } from './troubleWords.ts';

/** What a row is about, and what is the matter with it, without saying the first again. */
export interface AttentionWords {
  readonly label: string;
  readonly text: string;
  /** What is less urgent than since when. */
  readonly after?: string;
  /** Where the file lies that the label names; what is the matter would else stand too far right to be seen. */
  readonly folder?: string;
}

export function attentionWords(item: AttentionItem, picture: Picture, l10n: Translator): AttentionWords {
  const name = (id: string | null): string => (id === null ? '?' : agentName(picture, item.ns, id));
  const agent = name(item.agent);
  const detail = displayText(item.detail ?? '', 200);
  const because = (text: string): string => (detail ? `${text}: ${detail}` : text);
  switch (item.kind) {
    case 'waiting-on-you':
      return { label: agent, ...waiting(item, l10n) };
    case 'conflict':
      if (item.waits !== undefined) return about(item, waitWords(agent, name(item.detail), item.waits, l10n));
      if (item.spelling !== undefined) {
        return about(item, l10n.t('also claimed as {0} by {1}', otherSpelling(item), name(item.detail)));
      }
      return item.resource === null
        ? { label: agent, text: l10n.t('sent two different states with version {0}', detail) }
        : { label: displayText(item.resource, 120), text: l10n.t('{0} and {1} both active', name(item.detail), agent) };
    case 'deadlock':
      return { label: agent, text: l10n.t('deadlock with {0}', othersOfCircle(item, picture)) };
    case 'dead-holder':
      return {
        label: agent,
        text:
          item.hasEnded === true ? l10n.t('ended, still holds {0}', detail) : l10n.t('dead, still holds {0}', detail),
      };
    case 'stalled':
      return { label: agent, text: because(l10n.t('silent in the middle of its work')) };
    case 'error': {
      const more = (item.count ?? 1) - 1;
      const after = more > 0 ? { after: l10n.t('{0} more', more) } : {};
      return item.agent === null
        ? { label: l10n.t('Error'), text: detail, ...after }
        : { label: agent, text: because(l10n.t('error')), ...after };
    }
    case 'run-failed':
      if (item.failed === 'plan') {
        return item.agent === null
          ? { label: l10n.t('New plan wanted'), text: detail }
          : { label: agent, text: because(l10n.t('wants a new plan')) };
      }
      return item.failed === 'work'
        ? { label: agent, text: because(l10n.t('failed')) }
        : { label: l10n.t('Run failed'), text: detail };
    case 'unguarded':
      return item.count === undefined
        ? about(item, unguarded(item, agent, l10n))
        : { label: agent, text: unguardedEdits(item, name(item.holder ?? null), l10n) };
    case 'restarted':
      return { label: agent, text: l10n.t('sends versions below {0}: restarted?', detail) };
    case 'no-expiry':
      return about(item, l10n.t('locked by {0} without an expiry', agent));
    case 'health':
      return troubleWords(item, l10n);
  }
}

function waitWords(agent: string, holder: string, waits: number, l10n: Translator): string {
  return waits === 1
    ? l10n.t('{0} waits for {1}', agent, holder)
    : l10n.t('{0} and {1} more wait for {2}', agent, waits - 1, holder);
}

/** A row about a file, by its name alone. */
function about({ resource }: AttentionItem, text: string): AttentionWords {
  const { name, folder } = splitName(resource ?? '?');
  return { label: displayText(name, 120), text, folder: displayText(folder, 120) };
}

/** Without the folder, where it is the same. */
function otherSpelling({ resource, spelling }: AttentionItem): string {
  const other = splitName(spelling ?? '?');
  return displayText(other.folder === splitName(resource ?? '?').folder ? other.name : (spelling ?? '?'), 120);
}

/** A circle without the agent whose row it is, which is its beginning and its end. */
function othersOfCircle({ ns, agent, circle = [] }: AttentionItem, picture: Picture): string {
  const others = circle.filter((id) => id !== agent);
  return displayText((others.length > 0 ? others : circle).map((id) => agentName(picture, ns, id)).join(' → '), 200);
}

function waiting({ detail }: AttentionItem, l10n: Translator): { text: string; after?: string } {
  const text = wishWord(detail, l10n);
  return detail !== null && wishOf(detail) === 'permission' ? { text, after: toolName(detail) } : { text };
}

/** One by one they would hide everything else. */
function unguardedEdits({ detail, resource, count = 1 }: AttentionItem, holder: string, l10n: Translator): string {
  const file = displayText(splitName(resource ?? '?').name, 60);
  if (detail === 'bash') {
    return count === 1
      ? l10n.t('changed {0} of {1} by a shell command', file, holder)
      : l10n.t('{0} changes by shell commands, last {1} of {2}', count, file, holder);
  }
  if (detail === 'bash-suspected') {
    return count === 1
      ? l10n.t('suspected: changed {0} of {1} by a shell command', file, holder)
      : l10n.t('suspected: {0} changes by shell commands, last {1} of {2}', count, file, holder);
  }
  if (detail === 'redis-down') {
    return count === 1
      ? l10n.t('edited {0} while Redis was away', file)
      : l10n.t('{0} edits while Redis was away, last {1}', count, file);
  }
  return count === 1
    ? l10n.t('edited {0} without a claim', file)
    : l10n.t('{0} edits without a claim, last {1}', count, file);
}

function unguarded({ detail }: AttentionItem, agent: string, l10n: Translator): string {
  if (detail === 'overwritten') return l10n.t('claim overwritten by a plain lock of {0}', agent);
  return detail === 'raw-under-folder'
    ? l10n.t('plain lock of {0} in a claimed folder', agent)
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

/** What the status bar turns to its warning colour for. Of a refused deadlock nothing goes on any more. */
export const isConflict = (item: AttentionItem): boolean => item.kind === 'conflict';
