import type { ClaimReply, Denied } from '../../redis/library/calls.ts';
import { short, span } from '../statusText.ts';
import { byId, type Names } from './agentNames.ts';

const name = (text: string): string => short(text, 128);
const resourceName = (text: string): string => short(text, 1024);

/** A lock's holder as a person reads it, with what it is for. */
const holderText = (holder: string, task: string): string =>
  task === '' ? name(holder) : `${name(holder)} (task "${short(task, 200)}")`;

/** What is in the way, whose it is, for how long, and the place in line. */
export function deniedText(denied: Denied, names: Names = byId): string {
  const { resource, blocking, task, leftMs, reason, position } = denied;
  const holder = names(denied.holder);
  const left = leftMs === null ? 'without an expiry' : `${span(leftMs)} left`;
  const what = clashText(resource, blocking);
  const line = position > 0 ? ` Place in line: ${position}.` : '';
  switch (reason) {
    case 'lease':
      return `${what} is held by ${holderText(holder, task)}, ${left}.${line}`;
    case 'raw':
      return `${what} has a plain lock of ${holderText(holder, task)}, ${left}.${line}`;
    case 'queue':
      return `${what} is free, but ${holderText(holder, task)} waits for it and came first.${line}`;
  }
}

/** What is in the way: the resource itself, what is below it, or a folder around it. */
function clashText(resource: string, blocking: string): string {
  if (resource === blocking) return resourceName(resource);
  const isAround = resource === './' || (resource.endsWith('/') && blocking.startsWith(resource));
  return `${resourceName(resource)} ${isAround ? 'covers' : 'is in'} ${resourceName(blocking)}, which`;
}

export const circleText = (circle: readonly string[], names: Names = byId): string =>
  `Waiting would never end, as each waits for the next: ${[...circle, ...circle.slice(0, 1)].map((agent) => name(names(agent))).join(' → ')}. ` +
  'Release what you hold and claim all of it at once.';

export function limitText(what: string): string {
  switch (what) {
    case 'claims':
      return 'This agent holds as many claims as one may (1,000). Release some.';
    case 'waiters':
      return 'As many wait in line already as there is room for (256). Try again later.';
    case 'folder':
      return 'More is claimed below this folder than one call can look at (2,000 claims). Claim a smaller one.';
    default:
      return `There is too much of something: ${short(what)}.`;
  }
}

/** One line of results: cells between tabs, so that names with spaces stay whole for `cut`. */
export const row = (...cells: (string | number)[]): string =>
  cells.map((cell) => resourceName(String(cell))).join('\t');

/** What came of a claim, as one JSON object. */
export function claimJson(agent: string, reply: ClaimReply | { kind: 'waited-in-vain'; denied: Denied }): string {
  return JSON.stringify({ v: 1, agent, ...claimFields(reply) });
}

function claimFields(reply: ClaimReply | { kind: 'waited-in-vain'; denied: Denied }): object {
  if (reply.kind === 'waited-in-vain') return { ...claimFields(reply.denied), result: reply.kind };
  if (reply.kind === 'granted') {
    const { kind: result, ttlMs, seq, tokens } = reply;
    return { result, ttlMs, seq, claims: [...tokens].map(([resource, token]) => ({ resource, token })) };
  }
  const { kind: result, ...fields } = reply;
  return { result, ...fields };
}
