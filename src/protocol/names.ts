import type { ResourceKind } from './status.ts';

/** The names under which a fleet talks. Every key and channel is a namespace followed by one of these. */
export const stateChannel = 'agent:state:sync';
export const eventChannel = 'agent:events';
export const stateHash = 'agent:state';
/** The number of the last accepted change; the first key of every call of the function library. */
export const seqKey = 'agent:seq';
export const historyKey = 'agent:history';
/** What agents have to obey: a hash of numbers. */
export const configKey = 'agent:config';
export const controlKey = 'agent:control';
/** Followed by an agent's name. */
export const inboxPrefix = 'agent:inbox:';
/** The function library's own keys, none of which a plain agent would name. */
export const sidePrefix = 'signalbox:';
/** Followed by a wait's id: what a waiter blocks on. */
export const wakePrefix = `${sidePrefix}wake:`;
/** Followed by who asks: a channel on which a supervisor measures how long its own broadcast takes. */
export const probePrefix = `${sidePrefix}probe:`;
export const lockPrefix = 'lock:';

/** Limits of the protocol, in bytes of UTF-8 where nothing else is said. */
export const limits = {
  agentName: 128,
  /** A plain agent may call itself anything; this only bounds what is kept. */
  plainAgentName: 16 * 1024,
  resource: 1024,
  /** Folders in a path. */
  levels: 64,
  resourcesPerCall: 64,
  /** Longest time to live of a lease, in ms. */
  ttl: 86_400_000,
  /** Text of a message from one agent to another. */
  message: 4096,
  /** Why somebody pauses an agent or takes a claim from it. */
  reason: 1024,
  /** Longest task, status, parent, host, role or name, in UTF-16 units; the state itself is kept whole. */
  label: 512,
  /** Largest state text. */
  state: 64 * 1024,
  /** Deepest nesting of a state. */
  depth: 32,
  /** Largest payload that is looked at at all; a longer one is counted as malformed without being parsed. */
  payload: 256 * 1024,
} as const;

/** A named resource such as `git:index`; a file of that name is written `./name`. */
export const named = /^[A-Za-z][A-Za-z0-9]*:/;

export function resourceKind(resource: string): ResourceKind {
  if (named.test(resource)) return 'named';
  return resource.endsWith('/') ? 'folder' : 'file';
}

/** Makes `text` safe as the literal part of a Redis glob pattern. */
export function globEscape(text: string): string {
  return text.replace(/[*?[\]\\^]/g, '\\$&');
}

/** A namespace as people may type it: letters, digits and `._-{}` ending in a colon, or nothing at all. */
export const namespacePattern = /^([A-Za-z0-9._{}-]{1,64}(:[A-Za-z0-9._{}-]{1,64}){0,3}:)?$/;
