/**
 * The shapes in which the supervisor's picture leaves the process: `signalbox status --json`, `watch --json` and the
 * extension's API. Outside checks rely on every name here; a change is a breaking change and belongs in the CHANGELOG.
 */

export type ConnectionState = 'unconfigured' | 'connecting' | 'live' | 'reconnecting' | 'refused';

export type Liveness = 'working' | 'job' | 'you' | 'limited' | 'idle' | 'stalled' | 'dead' | 'unknown';

/** How an agent came to be known: by its own state, by a hook's event, or only as the holder of a lock. */
export type AgentSource = 'state' | 'hook' | 'lock';

export type ResourceKind = 'file' | 'folder' | 'named';

export type QueueKind = 'list' | 'stream' | 'bullmq';

export type AttentionKind =
  | 'waiting-on-you'
  | 'conflict'
  | 'deadlock'
  | 'dead-holder'
  | 'stalled'
  | 'error'
  | 'run-failed'
  | 'unguarded'
  | 'restarted'
  | 'no-expiry'
  | 'health';

/** What was counted since the observer started. `tasks` is the number of distinct task ids that became active. */
export interface Counts {
  stale: number;
  divergent: number;
  duplicate: number;
  premature: number;
  denied: number;
  unclaimed: number;
  recovered: number;
  malformed: number;
  tasks: number;
}

export interface ConnectionJson {
  state: ConnectionState;
  /** For example `redis 7.0.15`; null until a server has answered. */
  server: string | null;
  /** Without credentials; null when nothing is configured. */
  url: string | null;
  /** Version of the function library on the server, null where there is none. */
  library: string | null;
  notifications: boolean;
  /** Round trip of the last PING in ms. */
  rttMs: number | null;
  namespaces: { ns: string; seq: number | null }[];
  /** Why the state is not `live`, in words and with a way out; absent when live. */
  reason?: string;
}

export interface AgentJson {
  ns: string;
  id: string;
  name: string;
  liveness: Liveness;
  source: AgentSource;
  host: string | null;
  parent: string | null;
  role: string | null;
  task: string | null;
  status: string | null;
  epoch: number;
  ver: number | null;
  state: Record<string, unknown>;
  seenAt: string | null;
  stale: number;
}

export interface ClaimJson {
  ns: string;
  resource: string;
  kind: ResourceKind;
  holder: string;
  /** 0: a plain lock key; 1: decided by the function library. */
  level: 0 | 1;
  token: number | null;
  task: string | null;
  since: string;
  /** Null where the lock has no expiry. */
  expiresInMs: number | null;
  waiters: string[];
}

export interface QueueJson {
  ns: string;
  name: string;
  kind: QueueKind;
  waiting: number;
  active: number | null;
  failed: number | null;
  oldestMs: number | null;
}

export interface AttentionJson {
  id: string;
  kind: AttentionKind;
  agent: string | null;
  resource: string | null;
  since: string;
  text: string;
}

export interface Status {
  v: 1;
  at: string;
  observer: { id: string; since: string };
  connection: ConnectionJson;
  agents: AgentJson[];
  claims: ClaimJson[];
  queues: QueueJson[];
  counts: Counts;
  attention: AttentionJson[];
}

export type WatchKind =
  | 'state'
  | 'stale'
  | 'divergent'
  | 'duplicate'
  | 'premature'
  | 'claim'
  | 'denied'
  | 'renew'
  | 'release'
  | 'expire'
  | 'transfer'
  | 'wait'
  | 'unclaimed'
  | 'recovered'
  | 'event'
  | 'message'
  | 'control'
  | 'malformed'
  | 'queue'
  | 'connection'
  | 'gap';

/** One thing that happened, without the line's own number, which only the printer knows. */
export interface WatchEvent {
  ns: string;
  /** Null for what plain agents publish. */
  seq: number | null;
  at: string;
  clock: 'server' | 'publisher' | 'observer';
  kind: WatchKind;
  agent: string | null;
  resource: string | null;
  token: number | null;
  channel: string | null;
  reason: string | null;
  data: unknown;
}

export type WatchLine = { v: 1; kind: 'snapshot'; status: Status } | ({ v: 1; n: number } & WatchEvent);

/** What `activate()` returns to other extensions. `onDidChange` fires at most four times a second. */
export interface SignalboxApi {
  version: 1;
  status(): Status;
  onDidChange: (listener: () => void) => { dispose(): void };
}
