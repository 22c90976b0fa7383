import { reasonText, type Reason, type Translator } from '../protocol/reasons.ts';
import type { AttentionItem } from './picture.ts';

/** One sentence: what happened, and what it means where that is not plain. Ids in it are as hostile as they came. */
export function attentionText(item: AttentionItem, l10n: Translator): string {
  const agent = item.agent ?? '?';
  const resource = item.resource ?? '?';
  const detail = item.detail ?? '?';
  switch (item.kind) {
    case 'waiting-on-you':
      return l10n.t('{0} waits for you', agent);
    case 'conflict':
      if (item.spelling !== undefined) {
        return l10n.t(
          '{0} claimed {1} and {2} claimed {3}: they differ only in upper and lower case, and are the same on many disks',
          detail,
          item.spelling,
          agent,
          resource,
        );
      }
      return item.resource === null
        ? l10n.t('{0} sent two different states with version {1}', agent, detail)
        : l10n.t('{0} and {1} are both active on {2}', detail, agent, resource);
    case 'deadlock':
      return l10n.t('{0} would have waited for itself: {1}', agent, detail);
    case 'dead-holder':
      return l10n.t('{0} has not been heard of for 10 minutes and still holds {1}', agent, detail);
    case 'stalled':
      return item.detail === null
        ? l10n.t('{0} has been silent for over 2 minutes in the middle of its work', agent)
        : l10n.t('{0} has been silent for over 2 minutes while working on {1}', agent, detail);
    case 'error':
      return item.agent === null ? l10n.t('Error: {0}', detail) : l10n.t('{0}: error: {1}', agent, detail);
    case 'run-failed':
      return l10n.t('The run failed: {0}', detail);
    case 'unguarded':
      if (item.detail === 'overwritten') return l10n.t('{0} wrote a plain lock over the claim on {1}', agent, resource);
      return item.detail === 'raw-under-folder'
        ? l10n.t('{0} has a plain lock on {1}, in a folder that another agent has claimed', agent, resource)
        : l10n.t('{0} edited {1} without a claim', agent, resource);
    case 'restarted':
      return l10n.t('{0} sends versions below {1}: it was probably restarted', agent, detail);
    case 'no-expiry':
      return l10n.t('{0} holds {1} without an expiry: if it dies, the lock stays', agent, resource);
    case 'health':
      return l10n.t('{0}: {1}', resource, reasonText(healthReason(item), l10n));
  }
}

/** Why an item of the kind `health` is there. */
export const healthReason = (item: AttentionItem): Reason => JSON.parse(item.detail ?? 'null') as Reason;
