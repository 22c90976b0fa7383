/** The types of `require('signalbox/agent')`, kept by hand and held against the code by a test. */

export interface AgentOptions {
  /** Its name, which only one process may use at a time; a child's is `<parent>/<child>`. Else SIGNALBOX_AGENT. */
  agent?: string;
  /** Else SIGNALBOX_REDIS_URL, else redis://127.0.0.1:6379. May hold the password. */
  url?: string;
  username?: string;
  password?: string;
  tls?: { caFile?: string; certFile?: string; keyFile?: string; servername?: string };
  /** Else SIGNALBOX_NAMESPACE, else what the repository around the working folder recorded, else none. */
  namespace?: string;
  parent?: string;
  /** Else this machine's name. */
  host?: string;
  /** Makes one publish of all that come within so many ms, 50 to 100 being sensible; 0, the default: each is sent. */
  mergeMs?: number;
  /** Where time comes from; a test may bring its own. */
  clock?: Clock;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once after `ms` milliseconds, unless disposed before. */
  after(ms: number, call: () => void): Disposable;
}

export interface Disposable {
  dispose(): void;
}

/** Registers a listener and returns what unregisters it. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

export type State = Record<string, unknown>;

/** That a state, or a newer one of the same agent, is the truth now. */
export interface Accepted {
  ver: number;
  /** Its number in the history; null where that cannot be told. */
  seq: number | null;
}

export interface ClaimOptions {
  /** How long it is ours if nobody renews it, which the lease does by itself. A minute where nothing is said. */
  ttlMs?: number;
  task?: string;
  /** How long to wait in line where it is taken, up to 24 h; 0, the default: not at all. */
  waitMs?: number;
  /** Gives the wait up. */
  signal?: AbortSignal;
  /** Told at each denial while the wait goes on. */
  onDenied?: (denied: Denied) => void;
}

export interface Denied {
  kind: 'denied';
  resource: string;
  /** What is in the way: the same, a folder above it, or something below it. */
  blocking: string;
  holder: string;
  task: string;
  /** Null where the lock in the way has no expiry. */
  leftMs: number | null;
  /** `queue`: it is free, but somebody who waits for it came first. */
  reason: 'lease' | 'raw' | 'queue';
  /** The place in line, from 1; 0 for who does not wait. */
  position: number;
}

export type ClaimResult =
  | { kind: 'granted'; lease: Lease }
  | Denied
  /** Waiting would close a circle: the agents of it, the caller first. */
  | { kind: 'deadlock'; circle: string[] }
  | { kind: 'limit'; what: string }
  /** The time was up; `denied` is what was in the way last. */
  | { kind: 'waited-in-vain'; denied: Denied }
  | { kind: 'aborted' };

/**
 * A claim that was granted. It is renewed at every third of its time until it is released, or lost. What has been lost may
 * be somebody else's already: work on it has to stop.
 */
export interface Lease {
  readonly resources: readonly string[];
  readonly ttlMs: number;
  /** The fencing token of each resource: who writes elsewhere passes it on, so that an older one can be refused there. */
  readonly tokens: ReadonlyMap<string, number>;
  /** When it ends if it is not renewed any more, by this machine's clock; a little earlier than the server's. */
  readonly until: number;
  /** What of it is held still, with the tokens. */
  readonly held: readonly (readonly [resource: string, token: number])[];
  /** Whether all of it is held still. */
  readonly isHeld: boolean;
  /** Called at most once for each resource. */
  readonly onLost: Event<Loss>;
  /** Asks the server now whether it is ours still, and prolongs it. Never rejects. */
  renew(): Promise<void>;
  /** Gives it back; resolves with whether all of it was ours until now. */
  release(): Promise<boolean>;
}

/** What of a lease is not ours any more. */
export interface Loss {
  lease: Lease;
  resources: readonly string[];
  /** The server said so, or its time passed while the server could not be asked. */
  reason: 'taken' | 'over';
}

export type AgentMessage =
  /** Another agent's state: newer than all that was heard of it. `stored`: it was read, when we began or came back. */
  | { kind: 'state'; agent: string; epoch: number; ver: number | null; state: Readonly<State>; stored: boolean }
  /** What another agent, or somebody unnamed, told all; `change` where the function library may have told it. */
  | {
      kind: 'event';
      event: { name: string; detail: string; agentId: string | null; isError: boolean };
      change: ({ kind: string; agent: string } & object) | null;
      text: string;
    }
  /** For us. It is given again, also to a later run, until every listener has returned. `at` is the server's clock, ms. */
  | { kind: 'inbox'; id: string; at: number; from: string; text: string }
  /** We are to pause, or all are (`target` is `*`). */
  | { kind: 'paused'; target: string; by: string; reason: string }
  /** We may go on. */
  | { kind: 'resumed' };

/** What it returns is waited for, before a message of the inbox is taken as read. */
export type AgentListener = (message: AgentMessage) => void | Promise<void>;

/** A failure that a person can do something about; `reason` is what the message was made of. */
export declare class UserError extends Error {
  private constructor();
  readonly reason: { readonly code: string };
}

/**
 * An agent of a fleet: it publishes its state, claims what it works on, and hears the others. It survives lost connections
 * and restarts of the server by itself.
 */
export declare class AgentClient {
  private constructor();
  /**
   * Connects and says hello.
   * @throws UserError when the server cannot be reached or refuses, or the options cannot be used
   */
  static connect(options?: AgentOptions): Promise<AgentClient>;
  readonly name: string;
  readonly namespace: string;
  /** This run's number: newer runs of an agent have greater ones. */
  readonly epoch: number;
  /** What an earlier run of this agent published last; null where there is none. */
  readonly stored: Readonly<State> | null;
  readonly isConnected: boolean;
  /** What was published last, or stored by an earlier run, whether or not it has been accepted yet. */
  readonly state: Readonly<State>;
  /** Who paused us, or all, and why; null while we may work. */
  readonly paused: { target: string; by: string; reason: string } | null;
  readonly leases: readonly Lease[];
  /** How much was heard and not handed on. */
  readonly skipped: Readonly<{ own: number; stale: number; malformed: number }>;
  /** A lease, or a part of one, is not ours any more. */
  readonly onLost: Event<Loss>;
  /** Something that goes on by itself does not work, such as listening without the right to it. */
  readonly onTrouble: Event<Error>;
  /**
   * Publishes a state in place of the one before; `ver` is added. Resolves when it, or a newer one of ours, is accepted.
   * While the connection is lost that may take for ever; only the newest is kept and sent then.
   * @throws UserError when it is refused, or the client is closed before
   */
  publish(state: Readonly<State>): Promise<Accepted>;
  /** Publishes the state as it stands with some of its fields changed. As `publish` otherwise. */
  update(changes: Readonly<State>): Promise<Accepted>;
  /**
   * Claims resources, all or none, and waits in line for as long as it may. A claim that is not granted is no exception.
   * @throws UserError when the call is refused, or there is no connection for 5 s, or all the time that it may wait
   */
  claim(resources: string | readonly string[], options?: ClaimOptions): Promise<ClaimResult>;
  /**
   * Hears what others tell; the first listener gets their stored states as well. Resolves when nothing is missed any more.
   * @throws UserError when listening is not possible
   */
  onMessage(listener: AgentListener): Promise<Disposable>;
  /** Puts a text into an agent's inbox, or into all (`*`); returns how many it reached. */
  send(to: string, text: string): Promise<number>;
  /** Tells all what happened. `kind` is a word of a-z and `-`. */
  report(kind: string, about?: { resource?: string; detail?: string }): Promise<void>;
  /** Asks an agent, or all (`*`), to pause; false where it was so already. */
  pause(target: string, reason?: string): Promise<boolean>;
  resume(target: string, reason?: string): Promise<boolean>;
  /**
   * Ends the run: gives waits up, publishes what is held back, releases all, says that this was the end, and disconnects.
   * Takes a few seconds at most; without a connection leases end by themselves. Never rejects.
   */
  close(): Promise<void>;
}
