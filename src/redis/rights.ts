import { keyspacePrefix, watchedGlobs } from '../protocol/keyEvents.ts';
import { defaultPatterns, failedEnds } from '../protocol/keyTable.ts';
import {
  eventChannel,
  historyKey,
  lockPrefix,
  probePrefix,
  sidePrefix,
  stateChannel,
  stateHash,
} from '../protocol/names.ts';
import type { Reason, Right } from '../protocol/reasons.ts';
import type { ConnectionSettings } from './settings.ts';
import { UserError } from './userError.ts';

/** What is read of keys that are neither locks nor queues, and how they are called. */
const valueCommands = '+type +strlen +getrange +hlen +hscan +llen +lrange +ttl +memory|usage';
const valueNames = [...new Set(defaultPatterns.filter(({ role }) => role !== 'queue').map(({ glob }) => glob))];

/** What is read of queues, and all names of their keys: what went wrong in a list, and whatever BullMQ keeps. */
const queueCommands =
  '+type +llen +xlen +xinfo|groups +xinfo|consumers +xpending +hget +hmget +hlen +hkeys +get +lrange +zcard +zrange +scard ' +
  '+sscan +exists +time +memory|usage';
const queueNames = [
  ...defaultPatterns.flatMap(({ role, glob, type }) => {
    if (role !== 'queue' || type === 'hash') return [];
    return type === undefined ? [glob, ...failedEnds.map((end) => glob + end)] : [glob];
  }),
  'bull:*',
  '{bull}:*',
];

/** What a person does with keys: to look into them, to push and requeue tasks, to export and to take away. */
const keyDeeds =
  '+scan +type +pttl +memory|usage +object|encoding +exists +dump +unlink +strlen +getrange +hlen +hget +hstrlen +hscan +llen +lrange +lpush ' +
  '+lmove +lrem +scard +sscan +zcard +zrange +xlen +xrange +xadd +xack +xdel +xpending +xinfo ' +
  '+multi +exec +watch +unwatch +eval +get +incr +time +xrevrange +lindex +lpos +hset +hget +hmget +hgetall +hdel +sadd +srem +zadd ' +
  '+zrem +zrangebyscore';
const deedNames = [...new Set([...queueNames, ...valueNames])];

/** What each right needs: commands, and the keys or channels they are used on. */
const needs: Record<Right, { commands: string; rule: '%R~' | '~' | '&'; names: readonly string[] }> = {
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
  queues: { commands: queueCommands, rule: '%R~', names: queueNames },
  values: { commands: `${valueCommands} +pttl`, rule: '%R~', names: valueNames },
  channels: { commands: '+psubscribe', rule: '&', names: [] },
  history: { commands: '+xrevrange', rule: '%R~', names: [historyKey] },
  monitor: { commands: '+monitor', rule: '%R~', names: [] },
  keyDeeds: { commands: keyDeeds, rule: '~', names: deedNames },
};

/** Whether the server, or the function library on it, said that this user may not do it. */
export function isForbidden(error: unknown): boolean {
  if (error instanceof UserError) return error.reason.code === 'not-allowed';
  return error instanceof Error && error.message.startsWith('NOPERM');
}

/** Names the right that is missing, with the rules that give all it needs and what `also` says, so that one line mends it. */
export function missingRight(
  what: Right,
  ns: string,
  settings: ConnectionSettings,
  also: readonly string[] = [],
): Reason {
  const { commands, rule, names } = needs[what];
  const own = (settings.patterns ?? []).filter(
    ({ role }) => what === 'keyDeeds' || what === (role === 'queue' ? 'queues' : 'values'),
  );
  const all = [...names, ...own.map(({ glob }) => glob)];
  const rules = [commands, ...all.map((name) => `${rule}${ns}${name}`), ...also.map(oneWord)].join(' ');
  return { code: 'missing-right', what, user: userOf(settings), rules };
}

/** A rule of which neither redis-cli nor a shell makes more than one word, whatever the key is called. */
const oneWord = (rule: string): string => rule.replace(/[\s"'`$;|&<>()]/g, '?');

/**
 * What an agent needs for all that acts, once the library is on the server. Its names are few, so the commands on them
 * are given by the types of the keys: a later version of the library may use others.
 */
export function agentRules(ns: string): string {
  const keys = ['agent:', lockPrefix, sidePrefix].map((name) => `~${ns}${name}*`);
  return [...keys, `&${ns}agent:*`, agentCommands].join(' ');
}

const agentCommands =
  '+@hash +@list +@set +@sortedset +@stream +@string -@dangerous +fcall +fcall_ro +time +type +exists +del +pexpire ' +
  '+pttl +publish +subscribe +hello +ping +select +client|setname';

/** What a supervisor looks at and an agent does not. Not the configuration, since passwords stand there; it can do without. */
const lookingCommands = `+scan +psubscribe +unsubscribe +punsubscribe +info +cluster|nodes +cluster|keyslot ${valueCommands} ${queueCommands}`;

/**
 * The names of queues and of what else agents keep, the channels on which their changes are told (of database 0), and of what a
 * supervisor tells itself, in one namespace.
 */
const lookingNames = (ns: string, rule: '%R~' | '~'): string =>
  [
    ...deedNames.map((name) => `${rule}${ns}${name}`),
    // A rule for a pattern holds for this very pattern only.
    ...watchedGlobs([ns]).map((glob) => `&${keyspacePrefix(0)}${glob}`),
    `&${ns}${probePrefix}*`,
  ].join(' ');

/** What a supervisor needs for all that it does: what agents may, looking at everything, what keys want, and loading the library. */
export function supervisorRules(ns: string): string {
  const loading = `+function|load +watch +unwatch +multi +exec ~${sidePrefix}library*`;
  return [agentRules(ns), lookingNames(ns, '~'), lookingCommands, keyDeeds, loading].join(' ');
}

/** What it takes to see all that a supervisor shows, without being able to change anything. */
export function viewerRules(ns: string): string {
  const keys = ['agent:', lockPrefix, sidePrefix].map((name) => `%R~${ns}${name}*`);
  const reading =
    '+fcall_ro +get +getrange +hget +hgetall +hscan +llen +pttl +time +type +xinfo +xrange +xrevrange +zrange +subscribe +hello ' +
    '+ping +select +client|setname';
  return [...keys, `&${ns}agent:*`, lookingNames(ns, '%R~'), reading, lookingCommands].join(' ');
}

/** What an administrator types to let the user of these settings act as an agent. */
export const agentAcl = (ns: string, settings: ConnectionSettings): string =>
  `ACL SETUSER ${userOf(settings)} ${agentRules(ns)}`;

/** As {@link missingRight}, of channel patterns, which an ACL has to name as they stand. */
export function missingChannels(patterns: readonly string[], settings: ConnectionSettings): Reason {
  // A rule cannot hold spaces; only the right to all channels covers such a pattern.
  const rules = patterns.map((pattern) => (/\s/.test(pattern) ? '&*' : `&${pattern}`));
  const { commands } = needs.channels;
  return {
    code: 'missing-right',
    what: 'channels',
    user: userOf(settings),
    rules: [commands, ...new Set(rules)].join(' '),
  };
}

function userOf(settings: ConnectionSettings): string {
  if (settings.username) return settings.username;
  try {
    return decodeURIComponent(new URL(settings.url).username) || 'default';
  } catch {
    return 'default';
  }
}
