import { reasonText, type Reason, type Translator } from '../protocol/reasons.ts';
import { circleText } from './changeEvent.ts';
import type { AttentionItem, Picture } from './picture.ts';
import { wishOf } from './wish.ts';

/**
 * What happened, what it means where that is not plain, and what can be done. Names in it are as hostile as they came.
 * @param picture where agents are looked up by what people call them
 */
export function attentionText(
  item: AttentionItem,
  l10n: Translator,
  picture: Pick<Picture, 'nameOf'>,
  now: number,
): string {
  const name = (id: string | null): string => (id === null ? '?' : picture.nameOf(item.ns, id));
  const agent = name(item.agent);
  const resource = item.resource ?? '?';
  const detail = item.detail ?? '?';
  switch (item.kind) {
    case 'waiting-on-you':
      return waitingText(agent, item.detail, l10n);
    case 'conflict':
      if (item.spelling !== undefined) {
        return l10n.t(
          '{0} claimed {1} and {2} claimed {3}: they differ only in upper and lower case, and are the same on many disks',
          name(item.detail),
          item.spelling,
          agent,
          resource,
        );
      }
      if (item.waits !== undefined) return overdueText(item, agent, name(item.detail), now - item.since, l10n);
      return item.resource === null
        ? l10n.t(
            '{0} sent two different states with version {1}. The second was dropped: two programs may use one name.',
            agent,
            detail,
          )
        : l10n.t(
            '{0} and {1} are both active on {2}. One does what the other does.',
            name(item.detail),
            agent,
            resource,
          );
    case 'deadlock':
      return l10n.t(
        '{0} would have waited for itself: {1}. Its claim was refused, and nobody waits.',
        agent,
        circleText((item.circle ?? []).map(name)),
      );
    case 'dead-holder':
      return item.hasEnded === true
        ? l10n.t('{0} has ended and still holds {1}. Nobody else gets it before its time is over.', agent, detail)
        : l10n.t(
            '{0} has not been heard of for 10 minutes and still holds {1}. Nobody else gets it before its time is over.',
            agent,
            detail,
          );
    case 'stalled':
      return item.detail === null
        ? l10n.t('{0} has been silent for over 2 minutes in the middle of its work', agent)
        : l10n.t('{0} has been silent for over 2 minutes while working on {1}', agent, detail);
    case 'error':
      return item.agent === null ? l10n.t('Error: {0}', detail) : l10n.t('{0}: error: {1}', agent, detail);
    case 'run-failed':
      return failedText(item, agent, l10n);
    case 'unguarded':
      return unguardedText(item, agent, name(item.holder ?? null), l10n);
    case 'restarted':
      return l10n.t('{0} sends versions below {1}: it was probably restarted', agent, detail);
    case 'no-expiry':
      return l10n.t('{0} holds {1} without an expiry: if it dies, the lock stays', agent, resource);
    case 'health':
      return l10n.t('{0}: {1}', resource, reasonText(healthReason(item), l10n));
  }
}

function failedText({ failed, agent: id, detail }: AttentionItem, agent: string, l10n: Translator): string {
  if (failed === 'work') {
    return detail === null ? l10n.t('{0} has failed', agent) : l10n.t('{0} has failed at {1}', agent, detail);
  }
  if (failed !== 'plan') return l10n.t('The run failed: {0}', detail ?? '?');
  return id === null
    ? `${l10n.t('New plan wanted')}: ${detail || '?'}`
    : l10n.t('{0} asks for a new plan: {1}', agent, detail || '?');
}

/** Why an item of the kind `health` is there. */
export const healthReason = (item: AttentionItem): Reason => JSON.parse(item.detail ?? 'null') as Reason;

function waitingText(agent: string, tool: string | null, l10n: Translator): string {
  switch (wishOf(tool)) {
    case 'permission':
      return l10n.t(
        '{0} waits for your permission to use {1}. It goes on when you answer in its terminal.',
        agent,
        tool ?? '?',
      );
    case 'answer':
      return l10n.t('{0} has a question for you. It goes on when you answer in its terminal.', agent);
    case 'plan':
      return l10n.t('{0} waits for you to approve its plan. It goes on when you answer in its terminal.', agent);
    case 'something':
      return l10n.t('{0} waits for you. It goes on when you answer in its terminal.', agent);
  }
}

function overdueText(
  { resource, waits = 1 }: AttentionItem,
  agent: string,
  holder: string,
  ms: number,
  l10n: Translator,
): string {
  const place = resource ?? '?';
  const time = minutes(ms);
  return waits === 1
    ? l10n.t('{0} has waited {1} for {2}, held by {3}', agent, time, place, holder)
    : l10n.t(
        '{0} has waited {1} for {2}, held by {3}, and {4} more wait for it',
        agent,
        time,
        place,
        holder,
        waits - 1,
      );
}

/** `1m 20s`. */
const minutes = (ms: number): string => `${Math.floor(ms / 60_000)}m ${Math.floor(ms / 1_000) % 60}s`;

const often = (text: string, count: number, l10n: Translator): string =>
  count === 1 ? text : `${text} ${l10n.t('There were {0} such changes; this is the last.', count)}`;

function unguardedText(item: AttentionItem, agent: string, holder: string, l10n: Translator): string {
  const { detail, resource, count = 1 } = item;
  const place = resource ?? '?';
  switch (detail) {
    case 'bash':
      return often(
        l10n.t(
          '{0} changed {1} by a shell command, although {2} holds it. One may undo the other.',
          agent,
          place,
          holder,
        ),
        count,
        l10n,
      );
    case 'bash-suspected':
      return often(
        l10n.t(
          'It is only suspected that {0} changed {1}, which {2} holds. It changed while a shell command of {0} ran, but others work in the same checkout, and it may have been one of them.',
          agent,
          place,
          holder,
        ),
        count,
        l10n,
      );
    case 'overwritten':
      return l10n.t('{0} wrote a plain lock over the claim on {1}', agent, place);
    case 'raw-under-folder':
      return l10n.t('{0} has a plain lock on {1}, in a folder that another agent has claimed', agent, place);
    case 'redis-down':
      return count === 1
        ? l10n.t(
            '{0} edited {1} while Redis was away. Nothing was claimed, so what another wrote there meanwhile may be lost: look at its diff. The setting signalbox.claims.whenRedisIsDown refuses such edits instead.',
            agent,
            place,
          )
        : l10n.t(
            '{0} made {1} edits while Redis was away, the last of {2}. Nothing was claimed, so what others wrote there meanwhile may be lost: look at the diffs. The setting signalbox.claims.whenRedisIsDown refuses such edits instead.',
            agent,
            count,
            place,
          );
    case 'edited':
      return count === 1
        ? l10n.t(
            '{0} edited {1} without a claim. What another wrote there meanwhile may be lost: look at its diff. Signalbox: Check the Guard on Claude Code finds out why it was let through.',
            agent,
            place,
          )
        : l10n.t(
            '{0} made {1} edits without a claim, the last of {2}. What others wrote there meanwhile may be lost: look at the diffs. Signalbox: Check the Guard on Claude Code finds out why they were let through.',
            agent,
            count,
            place,
          );
    case null:
    default:
      return l10n.t('{0} edited {1} without a claim', agent, place);
  }
}
