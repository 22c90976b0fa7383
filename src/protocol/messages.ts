/**
 * What the Redis side hands to the model: everything here has been decoded and bounded, so the model trusts it.
 */
import type { Change, HelloSeen, LeaseSeen, PauseSeen, WaitSeen } from './changes.ts';
import type { ConnectionState } from './status.ts';
import type { Reason } from './reasons.ts';

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
  isError: boolean;
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

export interface ListSeen {
  name: string;
  length: number;
}

export interface ServerFacts {
  /** For example `redis 7.0.15`. */
  server: string;
  notifications: boolean;
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
  | { kind: 'state'; ns: string; message: StateMessage; held: boolean }
  /** The function library of this server; null where there is none. */
  | { kind: 'library'; version: string | null }
  /** How far the server's clock is ahead of ours, in ms. */
  | { kind: 'clock'; skewMs: number }
  /** A state that the function library accepted: it replaces what was known. */
  | { kind: 'accepted'; ns: string; message: StateMessage; seq: number; atUs: number; recovered: boolean }
  /**
   * Anything else that the function library tells, each once and in order. `recovered` if its broadcast was lost and it
   * was read from the history. Without a number: a denial or a refused circle.
   */
  | { kind: 'change'; ns: string; change: Change; seq: number | null; atUs: number; recovered: boolean }
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
      agents: readonly HelloSeen[];
      leases: readonly LeaseSeen[];
      waits: readonly WaitSeen[];
      pauses: readonly PauseSeen[];
      word: 'trimmed' | 'diverged' | null;
    }
  /** One entry of the state hash, read at start and after every reconnect: knowledge, but no sign of life. */
  | { kind: 'stored'; ns: string; message: StateMessage }
  | { kind: 'event'; ns: string; event: AgentEvent; text: string }
  | { kind: 'malformed'; ns: string; channel: string; reason: string; sample: string }
  /** All locks of a namespace, or as many as are kept: a lock known before and not named here is gone if `complete`. */
  | { kind: 'locks'; ns: string; locks: readonly LockSeen[]; complete: boolean }
  | { kind: 'lists'; ns: string; lists: readonly ListSeen[]; complete: boolean }
  /** A sweep is over, whatever it was allowed to see. */
  | { kind: 'swept'; ns: string }
  /** The subscription was down for so long; what plain agents published meanwhile cannot be had. */
  | { kind: 'gap'; ms: number; reason: Reason | null }
  /** Something this server does not let us do, while the rest goes on. */
  | { kind: 'trouble'; what: string; reason: Reason | null };

/** Where a feed delivers. Called in order of arrival; must not throw. */
export interface FeedSink {
  apply(message: FeedMessage): void;
}
