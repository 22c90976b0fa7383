import type { Change } from '../protocol/changes.ts';
import { english, type Translator } from '../protocol/reasons.ts';
import type { WatchEvent } from '../protocol/status.ts';
import type { AttentionItem } from './picture.ts';

/** What of an event follows from the change that it tells of. */
export type EventPart = Pick<WatchEvent, 'kind'> & Partial<WatchEvent>;

/**
 * A change as whoever watches reads it.
 * @param l10n for the reason; programs read it in English
 */
export function changeEvent(change: Change, l10n: Translator = english): EventPart {
  const agent = change.agent || null;
  switch (change.kind) {
    case 'hello': {
      const { epoch, parent, host, pid, name, hook } = change;
      const more = hook && { called: name, branch: hook.branch, root: hook.root, by: hook.by };
      return { kind: 'event', agent, data: { name: 'hello', epoch, parent, host, pid, ...more } };
    }
    case 'phase': {
      const { phase, tool } = change;
      return { kind: 'event', agent, data: { name: 'phase', phase, tool } };
    }
    case 'bye':
      return { kind: 'event', agent, data: { name: 'bye', reason: change.reason } };
    case 'claim': {
      const { kind, resource, token, ttlMs, task, waitId } = change;
      return { kind, agent, resource, token, data: { ttlMs, level: 1, task, wait: waitId } };
    }
    case 'renew': {
      const { kind, resource, token, ttlMs } = change;
      return { kind, agent, resource, token, data: { ttlMs, level: 1 } };
    }
    case 'release': {
      const { kind, resource, token, reason } = change;
      return { kind, agent, resource, token, reason: reason && releaseWords(reason, l10n) };
    }
    case 'expire': {
      const { kind, resource, token } = change;
      return { kind, agent, resource, token };
    }
    case 'transfer': {
      const { kind, resource, token, ttlMs, task, from, by, reason } = change;
      const data = { ttlMs, level: 1, task, from, by };
      return { kind, agent, resource, token, reason: transferWords(from, by, reason, l10n), data };
    }
    case 'break': {
      const { resource, token, by, reason } = change;
      const words = reason === '' ? l10n.t('broken by {0}', by) : l10n.t('broken by {0}: {1}', by, reason);
      return { kind: 'release', agent, resource, token, reason: words, data: { by } };
    }
    case 'wait': {
      const { kind, resources, waitId, holder, blocking, position } = change;
      const data = { resources, wait: waitId, holder, blocking, position };
      return { kind, agent, resource: resources[0] ?? null, data };
    }
    case 'unwait': {
      const { waitId, reason } = change;
      return {
        kind: 'event',
        agent,
        reason: unwaitWords(reason, l10n),
        data: { name: 'unwait', wait: waitId, reason },
      };
    }
    case 'unclaimed': {
      const { kind, resource, detail, holder } = change;
      const data = holder === null ? { detail } : { detail, holder };
      return { kind, agent, resource: resource || null, reason: unclaimedWords(detail, l10n), data };
    }
    case 'denied': {
      const { kind, resource, token, holder, blocking, reason } = change;
      return { kind, agent, resource, token, reason: deniedWords(change, l10n), data: { holder, blocking, reason } };
    }
    case 'deadlock': {
      const { resource, circle } = change;
      const reason = l10n.t('would wait for itself: {0}', circleText(circle));
      return { kind: 'denied', agent, resource: resource || null, reason, data: { circle } };
    }
    case 'message': {
      const { kind, to, id, text } = change;
      return { kind, agent, data: { to, id, text } };
    }
    case 'delivered': {
      // It is an event of its message, so that who follows messages sees what became of them.
      return { kind: 'message', agent, reason: 'delivered', data: { ids: change.ids } };
    }
    case 'control': {
      const { kind, target, action, reason } = change;
      return { kind, agent, reason: reason || null, data: { target, action } };
    }
    case 'other': {
      const { name, resource, detail } = change;
      return { kind: 'event', agent, resource, data: { name, detail } };
    }
  }
}

/** The agent whose own act a change is, and thereby a sign of its life; null where it was done to it, or by time. */
export function actorOf(change: Change): string | null {
  switch (change.kind) {
    case 'hello':
    case 'phase':
    case 'bye':
    case 'renew':
    case 'wait':
    case 'denied':
    case 'deadlock':
    case 'message':
    case 'delivered':
    case 'control':
    case 'other':
      return change.agent;
    case 'claim':
      // What was waited for is given by whoever let go of it.
      return change.waitId === null ? change.agent : null;
    case 'release':
      return change.reason === null ? change.agent : null;
    case 'unwait':
      return change.reason === 'cancelled' ? change.agent : null;
    case 'transfer':
      // A child's lease also returns by running out.
      return change.reason === 'returned' ? null : change.by;
    case 'break':
      return change.by;
    case 'expire':
    case 'unclaimed':
      return null;
  }
}

/** Whether it only may have happened. What nobody knows is shown, and not counted. */
export const isSuspected = (change: Change | null): boolean =>
  change?.kind === 'unclaimed' && change.detail === 'bash-suspected';

/** What of a change a person should look at. */
export function incidentOf(
  change: Change,
): Pick<AttentionItem, 'kind' | 'resource' | 'detail' | 'circle' | 'failed'> | null {
  if (change.kind === 'deadlock') {
    const { circle } = change;
    return { kind: 'deadlock', resource: change.resource || null, detail: circleText(circle), circle };
  }
  if (change.kind === 'unclaimed') {
    return { kind: 'unguarded', resource: change.resource || null, detail: change.detail || null };
  }
  if (change.kind === 'other' && change.name === 'replan') {
    const { resource, detail } = change;
    return { kind: 'run-failed', resource: resource || null, detail, failed: 'plan' };
  }
  return null;
}

/** The agents of a circle, from the first round to it again. */
export function circleText(circle: readonly string[]): string {
  const [first] = circle;
  return (first === undefined || (circle.at(-1) === first && circle.length > 1) ? circle : [...circle, first]).join(
    ' → ',
  );
}

function releaseWords(reason: string, l10n: Translator): string {
  if (reason === 'deleted') return l10n.t('its key was deleted');
  return reason === 'overwritten' ? l10n.t('a plain lock was written over it') : reason;
}

function transferWords(from: string, by: string, reason: string, l10n: Translator): string {
  if (reason === 'kin') return l10n.t('taken over from its parent {0}', from);
  if (reason === 'returned') return l10n.t('given back by its child {0}', from);
  return reason === '' ? l10n.t('from {0} by {1}', from, by) : l10n.t('from {0} by {1}: {2}', from, by, reason);
}

function unwaitWords(reason: string, l10n: Translator): string {
  if (reason === 'silent') return l10n.t('left the queue: not heard any more');
  return reason === 'deadlock' ? l10n.t('left the queue: would have waited for itself') : l10n.t('left the queue');
}

function unclaimedWords(detail: string, l10n: Translator): string | null {
  if (detail === 'overwritten') return l10n.t('a plain lock was written over a lease');
  if (detail === 'edited') return l10n.t('an edit that nothing was claimed for');
  if (detail === 'redis-down') return l10n.t('an edit that was let through while Redis was away');
  if (detail === 'bash') return l10n.t('changed by a shell command, though another holds it');
  if (detail === 'bash-suspected') return l10n.t('perhaps changed by a shell command, though another holds it');
  if (detail === 'raw-under-folder') return l10n.t("a plain lock in a folder that is another's");
  return detail || null;
}

function deniedWords(denied: Extract<Change, { kind: 'denied' }>, l10n: Translator): string {
  const { resource, holder, blocking, reason } = denied;
  if (reason === 'queue') return l10n.t('{0} waits for it and came first', holder);
  const isItself = blocking === resource;
  if (reason === 'raw') {
    return isItself ? l10n.t('locked by {0}', holder) : l10n.t('locked by {0} with {1}', holder, blocking);
  }
  return isItself ? l10n.t('held by {0}', holder) : l10n.t('held by {0} with {1}', holder, blocking);
}
