import { eventChannel, lockPrefix, queuePatterns, sidePrefix, stateChannel, stateHash } from '../protocol/names.ts';
import type { Reason, Right } from '../protocol/reasons.ts';
import type { ConnectionSettings } from './settings.ts';

/** What each right needs: commands, and the keys or channels they are used on. */
const needs: Record<Right, { commands: string; rule: '%R~' | '&'; names: readonly string[] }> = {
  updates: { commands: '+subscribe', rule: '&', names: [stateChannel] },
  events: { commands: '+subscribe', rule: '&', names: [eventChannel] },
  library: {
    commands: '+fcall_ro +get +pttl +hget +hgetall +hscan +zrange +xrange',
    rule: '%R~',
    names: ['agent:*', `${sidePrefix}*`, `${lockPrefix}*`],
  },
  stored: { commands: '+hscan', rule: '%R~', names: [stateHash] },
  keys: { commands: '+scan', rule: '%R~', names: [] },
  locks: { commands: '+getrange +pttl', rule: '%R~', names: [`${lockPrefix}*`] },
  queues: { commands: '+llen', rule: '%R~', names: queuePatterns },
};

/** Whether the server said that this user may not do it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOPERM');
}

/** Names the right that is missing, with the rules that give all it needs, so that one line mends it. */
export function missingRight(what: Right, ns: string, settings: ConnectionSettings): Reason {
  const { commands, rule, names } = needs[what];
  const rules = [commands, ...names.map((name) => `${rule}${ns}${name}`)].join(' ');
  return { code: 'missing-right', what, user: userOf(settings), rules };
}

function userOf(settings: ConnectionSettings): string {
  if (settings.username) return settings.username;
  try {
    return decodeURIComponent(new URL(settings.url).username) || 'default';
  } catch {
    return 'default';
  }
}
