import { healthReason } from '../model/attentionText.ts';
import type { AttentionItem } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import {
  aclLine,
  lackText,
  memoryShare,
  mendOf,
  reasonText,
  type Reason,
  type Right,
  type Translator,
} from '../protocol/reasons.ts';
import { codeBlock, plain } from './markdown.ts';

/**
 * What is not right with a server that otherwise works, in a few words for a row; the whole sentence is in the row's
 * tooltip and in what a screen reader says.
 */
export function troubleWords(item: AttentionItem, l10n: Translator): { label: string; text: string } {
  const reason = healthReason(item);
  switch (reason.code) {
    case 'missing-right':
      return { label: rightName(reason.what, l10n), text: l10n.t('not allowed to {0}', displayText(reason.user, 40)) };
    case 'old-server':
      return { label: displayText(reason.server, 40), text: l10n.t('older than Signalbox needs') };
    case 'replica':
      return { label: l10n.t('Read-only replica'), text: l10n.t('of {0}', displayText(reason.primary, 80)) };
    case 'database':
      return { label: l10n.t('Database {0}', reason.number), text: l10n.t('its channels are shared') };
    case 'cluster':
      return { label: l10n.t('Cluster'), text: l10n.t('needs a namespace with a tag in braces') };
    case 'too-many':
      return {
        label: tooMany(reason.what, l10n),
        text: l10n.t('only {0} are shown', reason.limit),
      };
    case 'cut-off':
      return { label: l10n.t('Subscription was cut'), text: l10n.t('messages came too fast') };
    case 'password-in-settings':
      return { label: l10n.t('Password in settings'), text: settingsName(reason, l10n) };
    case 'bad-patterns':
      return { label: l10n.t('Patterns of keys'), text: displayText(reason.entries, 60) };
    case 'library-missing':
      return { label: l10n.t('Function library'), text: l10n.t('not on the server') };
    case 'library-other':
      return {
        label: l10n.t('Function library'),
        text: l10n.t('version {0}: too new for this Signalbox', displayText(reason.version, 20)),
      };
    case 'call-refused':
      return { label: l10n.t('The library refused a call'), text: displayText(reason.detail, 30) };
    case 'out-of-memory':
      return { label: l10n.t('Out of memory'), text: l10n.t('takes no new claims or states') };
    case 'read-only':
      return { label: l10n.t('Read-only replica'), text: l10n.t('cannot be written to') };
    case 'guard-silent':
      return {
        label: l10n.t('Guard'),
        text:
          reason.count === 1 ? l10n.t('not called by 1 session') : l10n.t('not called by {0} sessions', reason.count),
      };
    case 'guard-old':
      return { label: l10n.t('Guard'), text: l10n.t('hook {0} is out of date', displayText(reason.by, 30)) };
    case 'runaway':
      return {
        label: reason.what === 'agents' ? l10n.t('Agents') : l10n.t('Claims'),
        text: l10n.t('more and more: {0} → {1} in 5m', reason.before, reason.count),
      };
    case 'memory-full':
      return { label: l10n.t('Memory'), text: l10n.t('{0} % of what the server may use', memoryShare(reason)) };
    case 'memory-scattered':
      return { label: l10n.t('Memory'), text: l10n.t('takes {0} times what it uses', reason.ratio) };
    case 'evicts':
      return { label: l10n.t('Memory'), text: l10n.t('may delete claims when full') };
    case 'not-persistent':
      return { label: l10n.t('Server'), text: l10n.t('writes nothing to disk') };
    case 'idle-clients':
      return { label: l10n.t('Connections'), text: l10n.t('idle for over an hour: {0}', reason.count) };
    case 'never-end':
      return { label: l10n.t('Temporary keys'), text: l10n.t('without an expiry: {0}', reason.count) };
    case 'history-diverged':
      return { label: l10n.t('History'), text: l10n.t('another one than before') };
    // These mean that there is no connection, and are told above the agents; `other` is an odd key, named by the item.
    case 'closed':
    case 'unreachable':
    case 'no-such-host':
    case 'timeout':
    case 'wrong-password':
    case 'password-needed':
    case 'not-allowed':
    case 'not-redis':
    case 'no-database':
    case 'tls-wanted':
    case 'tls-unwanted':
    case 'certificate':
    case 'loading':
    case 'bad-settings':
    case 'not-started':
    case 'set-up':
    // These are told where somebody asked for more.
    case 'bad-pattern':
    case 'monitor-over':
    case 'other':
      return { label: troubled(item.resource, l10n), text: displayText(reasonText(reason, l10n), 200) };
  }
}

/** What does not work, where the reason tells why but not what. */
function troubled(what: string | null, l10n: Translator): string {
  return what === 'keys' ? l10n.t('Claims and queues') : displayText(what ?? '?', 80);
}

/** Markdown: the whole sentence, and the line that mends it where there is one. */
export function troubleTooltip(item: AttentionItem, l10n: Translator): string {
  const reason = healthReason(item);
  const { label } = troubleWords(item, l10n);
  if (reason.code !== 'missing-right') {
    const mend = mendOf(reason);
    const text = `**${plain(label, 200)}**  \n${plain(reasonText(reason, l10n), 1000)}`;
    return mend === null ? text : `${text}\n\n${codeBlock(mend, 5, 'sh')}`;
  }
  const line = codeBlock(aclLine(reason), 1, 'sh');
  return `**${plain(label, 200)}**  \n${plain(lackText(reason, l10n), 600)}\n\n${line}`;
}

/** What menus tell these rows apart by. */
export function troubleContext(item: AttentionItem): string {
  const reason = healthReason(item);
  const { code } = reason;
  if (mendOf(reason) !== null) return 'attention.health.mend';
  if (code === 'missing-right') return 'attention.health.right';
  if (code === 'runaway') return 'attention.health.runaway';
  if (code === 'guard-silent' || code === 'guard-old') return 'attention.health.guard';
  return code === 'password-in-settings' ? 'attention.health.password' : 'attention.health';
}

function tooMany(what: 'locks' | 'queues' | 'keys', l10n: Translator): string {
  if (what === 'keys') return l10n.t('Too many keys');
  return what === 'locks' ? l10n.t('Too many locks') : l10n.t('Too many queues');
}

function rightName(what: Right, l10n: Translator): string {
  switch (what) {
    case 'updates':
      return l10n.t('Live states');
    case 'events':
      return l10n.t('Events');
    case 'library':
      return l10n.t('Claims and history');
    case 'stored':
      return l10n.t('Stored states');
    case 'keys':
      return l10n.t('Scanning for keys');
    case 'locks':
      return l10n.t('Locks');
    case 'queues':
      return l10n.t('Queues');
    case 'values':
      return l10n.t('Progress and results');
    case 'channels':
      return l10n.t('Channels');
    case 'history':
      return l10n.t('History');
    case 'monitor':
      return l10n.t('Commands');
    case 'keyDeeds':
      return l10n.t('Acting on keys');
  }
}

function settingsName({ scope }: Extract<Reason, { code: 'password-in-settings' }>, l10n: Translator): string {
  switch (scope) {
    case 'user':
      return l10n.t('your user settings');
    case 'workspace':
      return l10n.t("this workspace's settings");
    case 'folder':
      return l10n.t("a folder's settings");
  }
}
