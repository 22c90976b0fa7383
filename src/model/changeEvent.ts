import type { Change } from '../protocol/changes.ts';
import type { AttentionKind, WatchEvent } from '../protocol/status.ts';

/** What of an event follows from the change that it tells of. */
export type EventPart = Pick<WatchEvent, 'kind'> & Partial<WatchEvent>;

/** A change as whoever watches reads it. */
export function changeEvent(change: Change): EventPart {
  const agent = change.agent || null;
  switch (change.kind) {
    case 'hello': {
      const { epoch, parent, host, pid } = change;
      return { kind: 'event', agent, data: { name: 'hello', epoch, parent, host, pid } };
    }
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
      return { kind, agent, resource, token, reason: reason && releaseWords(reason) };
    }
    case 'expire': {
      const { kind, resource, token } = change;
      return { kind, agent, resource, token };
    }
    case 'transfer': {
      const { kind, resource, token, ttlMs, task, from, by, reason } = change;
      const data = { ttlMs, level: 1, task, from, by };
      return { kind, agent, resource, token, reason: transferWords(from, by, reason), data };
    }
    case 'break': {
      const { resource, token, by, reason } = change;
      const words = reason === '' ? `broken by ${by}` : `broken by ${by}: ${reason}`;
      return { kind: 'release', agent, resource, token, reason: words, data: { by } };
    }
    case 'wait': {
      const { kind, resources, waitId, holder, blocking, position } = change;
      const data = { resources, wait: waitId, holder, blocking, position };
      return { kind, agent, resource: resources[0] ?? null, data };
    }
    case 'unwait': {
      const { waitId, reason } = change;
      return { kind: 'event', agent, reason: unwaitWords(reason), data: { name: 'unwait', wait: waitId, reason } };
    }
    case 'unclaimed': {
      const { kind, resource, detail } = change;
      return { kind, agent, resource: resource || null, reason: unclaimedWords(detail), data: { detail } };
    }
    case 'denied': {
      const { kind, resource, token, holder, blocking, reason } = change;
      return { kind, agent, resource, token, reason: deniedWords(change), data: { holder, blocking, reason } };
    }
    case 'deadlock': {
      const { resource, circle } = change;
      const reason = `would wait for itself: ${circleText(circle)}`;
      return { kind: 'denied', agent, resource: resource || null, reason, data: { circle } };
    }
    case 'message': {
      const { kind, to, id, text } = change;
      return { kind, agent, data: { to, id, text } };
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
    case 'renew':
    case 'wait':
    case 'denied':
    case 'deadlock':
    case 'message':
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

/** What of a change a person should look at. */
export function incidentOf(
  change: Change,
): { kind: AttentionKind; resource: string | null; detail: string | null } | null {
  if (change.kind === 'deadlock') {
    return { kind: 'deadlock', resource: change.resource || null, detail: circleText(change.circle) };
  }
  if (change.kind === 'unclaimed') {
    return { kind: 'unguarded', resource: change.resource || null, detail: change.detail || null };
  }
  if (change.kind === 'other' && change.name === 'error') {
    return { kind: 'error', resource: change.resource, detail: change.detail };
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

function releaseWords(reason: string): string {
  if (reason === 'deleted') return 'its key was deleted';
  return reason === 'overwritten' ? 'a plain lock was written over it' : reason;
}

function transferWords(from: string, by: string, reason: string): string {
  if (reason === 'kin') return `taken over from its parent ${from}`;
  if (reason === 'returned') return `given back by its child ${from}`;
  const words = `from ${from} by ${by}`;
  return reason === '' ? words : `${words}: ${reason}`;
}

function unwaitWords(reason: string): string {
  if (reason === 'silent') return 'left the queue: not heard any more';
  return reason === 'deadlock' ? 'left the queue: would have waited for itself' : 'left the queue';
}

function unclaimedWords(detail: string): string | null {
  if (detail === 'overwritten') return 'a plain lock was written over a lease';
  if (detail === 'raw-under-folder') return "a plain lock in a folder that is another's";
  return detail || null;
}

function deniedWords({ resource, holder, blocking, reason }: Extract<Change, { kind: 'denied' }>): string {
  const where = blocking === resource ? '' : ` with ${blocking}`;
  if (reason === 'raw') return `locked by ${holder}${where}`;
  return reason === 'queue' ? `${holder} waits for it and came first` : `held by ${holder}${where}`;
}
