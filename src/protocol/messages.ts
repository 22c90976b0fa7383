/**
 * What the Redis side hands to the model: everything here has been decoded and bounded, so the model trusts it.
 */
import type { Change } from './changes.ts';
import type { HealthSeen } from './healthSeen.ts';
import type { KeySeen } from './keySeen.ts';
import type { QueueSeen } from './queueSeen.ts';
import type { AgentSeen, LeaseSeen, PauseSeen, WaitSeen } from './snapshotItems.ts';
import type { Doing } from './phases.ts';
import type { Reason } from './reasons.ts';
import type { ConnectionState } from './status.ts';

/** An agent's version-stamped state as it arrived. */
export interface StateMessage {
  agentId: string;
  /** 0 where the publisher named none. */
  epoch: number;
  /** Null where the publisher sent none, which counts as 0 once the agent is known to count. */
  ver: number | null;
  state: Record<string, unknown>;
  task: string | null;
  status: string | null;
  parent: string | null;
  host: string | null;
  role: string | null;
  team: string | null;
  name: string | null;
  /** The publisher's own clock in ms, null where it gave none. */
  ts: number | null;
}

export interface AgentEvent {
  /** The part before the first colon of a plain text event, or the `kind` of a JSON one. */
  name: string;
  /** The rest. */
  detail: string;
  agentId: string | null;
  role: string | null;
  request: string | null;
  isError: boolean;
}

/** What stood on a channel or in the history, word for word, and what it says of itself beside its meaning. */
export interface Wire {
  text: string;
  role: string | null;
  /** What its agent was asked for when it did this, by the id that it gave. */
  request: string | null;
}

/** A lock key as a sweep met it. */
export interface LockSeen {
  resource: string;
  /** Null where the value is not a text that names somebody. */
  holder: string | null;
  /** The fencing token of a lock written by the function library. */
  token: number | null;
  /** Time left in ms; null without an expiry. */
  ttlMs: number | null;
}

export interface ServerFacts {
  /** For example `redis 7.0.15`. */
  server: string;
  notifications: boolean;
}

/** When the library took something, and how we heard of it. */
interface Stamped {
  atUs: number;
  /** Its broadcast was lost, and it was read from the history. */
  recovered: boolean;
  /** It was heard, but waited here while older things were read. */
  held?: boolean;
  wire?: Wire;
}

export type FeedMessage =
  /** A connection to this server and these namespaces begins; what was known of others is forgotten. */
  | { kind: 'opened'; url: string; namespaces: readonly string[] }
  | { kind: 'connection'; state: ConnectionState; reason: Reason | null }
  | { kind: 'server'; facts: ServerFacts }
  | { kind: 'rtt'; ms: number }
  /**
   * A live update. `held` if it came while the stored states were being read: then what was read may already contain
   * it, and an older version is no news but no stale update either.
   */
  | { kind: 'state'; ns: string; message: StateMessage; held: boolean; wire?: Wire }
  /** The function library of this server; null where there is none. */
  | { kind: 'library'; version: string | null }
  /** How the server's clock stands against ours; finely once it was asked often enough, and not known finely until then. */
  | { kind: 'clock'; skewMs: number; fine?: ServerClock }
  /** A state that the function library accepted: it replaces what was known. */
  | ({ kind: 'accepted'; ns: string; message: StateMessage; seq: number } & Stamped)
  /**
   * Anything else that the function library tells, each once and in order. Without a number: a denial or a refused
   * circle.
   */
  | ({ kind: 'change'; ns: string; change: Change; seq: number | null } & Stamped)
  /** A sign of life of an agent with a hook, and what it does; nobody keeps it. `atUs` is null where it has no time. */
  | { kind: 'alive'; ns: string; agent: string; doing: Doing; atUs: number | null; wire?: Wire }
  /** What was lost of a namespace's broadcasts has been told from the history, from and to these numbers. */
  | { kind: 'recovered'; ns: string; from: number; to: number }
  /**
   * How a namespace stands in the library's eyes, at this number of its history. Replaces what was known of leases,
   * waits and pauses. With a `word` what came between is not told: history was trimmed, or it is another one.
   */
  | {
      kind: 'snapshot';
      ns: string;
      seq: number;
      states: readonly StateMessage[];
      agents: readonly AgentSeen[];
      leases: readonly LeaseSeen[];
      waits: readonly WaitSeen[];
      pauses: readonly PauseSeen[];
      word: 'trimmed' | 'diverged' | null;
    }
  /** One entry of the state hash, read at start and after every reconnect: knowledge, but no sign of life. */
  | { kind: 'stored'; ns: string; message: StateMessage }
  | { kind: 'event'; ns: string; event: AgentEvent; text: string; wire?: Wire }
  | { kind: 'malformed'; ns: string; channel: string; reason: string; sample: string; wire?: Wire }
  /** All locks of a namespace, or as many as are kept: a lock known before and not named here is gone if `complete`. */
  | { kind: 'locks'; ns: string; locks: readonly LockSeen[]; complete: boolean }
  | { kind: 'queues'; ns: string; queues: readonly QueueSeen[]; complete: boolean }
  /** What plain agents keep in other keys, under the same rule. */
  | { kind: 'keys'; ns: string; keys: readonly KeySeen[]; complete: boolean }
  /** Keys that changed were read again, as in a sweep for just these: what they are now, and the names of those that are gone. */
  | {
      kind: 'touched';
      ns: string;
      locks: readonly LockSeen[];
      queues: readonly QueueSeen[];
      keys: readonly KeySeen[];
      gone: Readonly<Record<'locks' | 'queues' | 'keys', readonly string[]>>;
    }
  /** How changes of keys are seen: at once as the server tells them, or by a sweep every so many ms; whether it tells any. */
  | { kind: 'looks'; looks: { how: 'live' | 'sweep'; everyMs: number }; notifications: boolean }
  /** A sweep is over, whatever it was allowed to see. */
  | { kind: 'swept'; ns: string }
  /** How the server is, as far as it may be asked. */
  | { kind: 'health'; health: HealthSeen }
  /** The subscription was down for so long; what plain agents published meanwhile cannot be had. */
  | { kind: 'gap'; ms: number; reason: Reason | null }
  /** Something this server does not let us do, while the rest goes on. */
  | { kind: 'trouble'; what: string; reason: Reason | null }
  /** How long a broadcast of our own, or a PING where we may not publish, took to come back. */
  | { kind: 'probe'; ms: number; way: 'broadcast' | 'ping' }
  /** Something on a channel that is none of the fleet's, which somebody asked to listen to. */
  | {
      kind: 'heard';
      channel: string;
      text: string;
      /** Length of the text as it was published, where that was more than is handed on. */
      whole?: number;
    }
  /** So many of those came faster than they are handed on. */
  | { kind: 'dropped'; count: number }
  /** What is listened to beside the fleet's channels, and why not to what was asked for. */
  | { kind: 'listening'; patterns: readonly string[]; reason: Reason | null };

/** The server's clock against our own fine one, from the fastest of several questions. */
export interface ServerClock {
  /** What to add to a `FineClock`'s time for the server's time, in ms since 1970. */
  offsetMs: number;
  /** By how much that may be wrong, either way, in ms. */
  errorMs: number;
  /** Whether it is this machine's own clock, by which its other programs stamp what they send. */
  isOurs: boolean;
}

/** Where a feed delivers. Called in order of arrival; must not throw. */
export interface FeedSink {
  apply(message: FeedMessage): void;
}
