/**
 * What the supervisor knows, as views read it. Only the model changes these objects; to a reader they are read-only.
 * Times are milliseconds by the observer's clock.
 */
import type { Change as LibraryChange } from '../protocol/changes.ts';
import type { Event } from '../protocol/emitter.ts';
import type { Wire } from '../protocol/messages.ts';
import type { Phase } from '../protocol/phases.ts';
import type { QueueSeen } from '../protocol/queueSeen.ts';
import type { Reason } from '../protocol/reasons.ts';
import type {
  AgentSource,
  AttentionKind,
  ConnectionState,
  Counts,
  Liveness,
  QueueKind,
  ResourceKind,
  Status,
  WatchEvent,
} from '../protocol/status.ts';
import type { RunItem } from './keys/runItems.ts';
import type { Presence } from './liveness.ts';
import type { UpdateTold } from './outcomeText.ts';
import type { QueueFlow } from './queueFlow.ts';

export interface Connection {
  readonly state: ConnectionState;
  /** Without credentials; null when nothing is configured. */
  readonly url: string | null;
  readonly server: string | null;
  readonly notifications: boolean;
  readonly rttMs: number | null;
  /** How news of locks, queues and other keys comes: at once, or by a sweep every so many ms. Null before the first. */
  readonly looks: { readonly how: 'live' | 'sweep'; readonly everyMs: number } | null;
  /** Version of the function library; null where there is none. */
  readonly library: string | null;
  readonly namespaces: readonly string[];
  /** The number of the last change that the library told of, by namespace. */
  readonly seqs: ReadonlyMap<string, number>;
  /** Why the state is not `live`; null when it is. */
  readonly reason: Reason | null;
  /** When the state last changed. */
  readonly since: number;
  /** What this server does not let us do while the rest goes on, by what it is (`locks`, `queues`, `stored states`). */
  readonly troubles: ReadonlyMap<string, Reason>;
}

/** What the hook of a Claude Code session tells of it or of one of its subagents. */
export interface Hooked {
  /** Kind and version of the hook, such as `sh 1.1.0`; empty where it was not told. */
  readonly by: string;
  readonly branch: string | null;
  /** The root of its repository, on its host. */
  readonly root: string | null;
  readonly pid: string | null;
  /** Null before it told any. */
  readonly phase: Phase | null;
  /** The tool that runs, or for which a person is asked. */
  readonly tool: string | null;
  /** When the phase began, and when the tool did. */
  readonly since: number;
  readonly toolSince: number;
  /** Whether its process is there, where that can be known. */
  readonly presence: Presence;
}

export interface Agent {
  /** Stable within the picture: namespace and agent id. Never holds a time. */
  readonly key: string;
  readonly ns: string;
  readonly id: string;
  /** What to call it where the id is no name; empty when the id serves. */
  readonly name: string;
  readonly source: AgentSource;
  readonly liveness: Liveness;
  readonly host: string | null;
  /** Id of the parent agent, in the same namespace. */
  readonly parent: string | null;
  readonly role: string | null;
  readonly team: string | null;
  readonly task: string | null;
  readonly status: string | null;
  /** When its status became one of a failure, while it is. */
  readonly failedAt: number | null;
  readonly epoch: number;
  readonly ver: number | null;
  readonly state: Readonly<Record<string, unknown>>;
  /** When it last gave a sign of life; null where it is only known from what was stored, or as a holder. */
  readonly seenAt: number | null;
  /** When we first knew of it. */
  readonly knownSince: number;
  /** When it last had an active status; when we first knew of it where it never had. */
  readonly activeAt: number;
  /** Updates that were not newer than what was known. */
  readonly stale: number;
  /** The last message to it that we heard of, to it alone or to all. */
  readonly mail: Mail | null;
  /** Who told it to pause, itself or with all others; null while it may work. */
  readonly paused: Paused | null;
  /** Null where no hook tells of it. */
  readonly hook: Hooked | null;
}

export interface Mail {
  readonly id: string;
  readonly text: string;
  readonly from: string;
  readonly at: number;
  /** When its hook handed it over, or it said that it has read it; null while it waits. */
  readonly deliveredAt: number | null;
}

/** The last message to all agents of a namespace. */
export interface FleetMail {
  readonly ns: string;
  readonly from: string;
  readonly text: string;
  readonly at: number;
  /** How many it went to, and how many of them have it. */
  readonly receivers: number;
  readonly delivered: number;
}

/** Who was told to pause: an agent, or `*` for all. */
export interface Pause extends Paused {
  readonly ns: string;
  readonly target: string;
}

export interface Paused {
  readonly by: string;
  readonly reason: string;
}

export interface Claim {
  readonly key: string;
  readonly ns: string;
  readonly resource: string;
  readonly kind: ResourceKind;
  /** An agent id, or `?` where the lock's value names nobody. */
  readonly holder: string;
  readonly level: 0 | 1;
  readonly token: number | null;
  /** The claim's own task, else what its holder says it works on. */
  readonly task: string | null;
  readonly since: number;
  /** Null where the lock has no expiry. */
  readonly expiresAt: number | null;
  /** Ids of agents that wait for it, first come first. */
  readonly waiters: readonly string[];
}

/** An agent's place in the queue for resources that it wants all at once. */
export interface Wait {
  readonly ns: string;
  readonly waitId: string;
  readonly agent: string;
  readonly resources: readonly string[];
  readonly since: number;
}

export interface Queue {
  readonly key: string;
  readonly ns: string;
  readonly name: string;
  readonly kind: QueueKind;
  readonly waiting: number;
  readonly active: number | null;
  readonly failed: number | null;
  readonly oldestMs: number | null;
  /** All that was last read of it. */
  readonly seen: QueueSeen;
  readonly flow: Pick<QueueFlow, 'perMinute'>;
}

export interface AttentionItem {
  /** Stable while the same thing goes on; a new occurrence has a new id. */
  readonly id: string;
  readonly kind: AttentionKind;
  readonly ns: string;
  readonly agent: string | null;
  readonly resource: string | null;
  readonly since: number;
  /** What fills the kind's sentence, e.g. the text of an error. */
  readonly detail: string | null;
  /** The other spelling, where what is fought over is two resources that differ only in the case of letters. */
  readonly spelling?: string;
  /** What it is one of, and its place there: who dismisses it has also seen the earlier ones. */
  readonly series?: { readonly name: string; readonly at: number };
  /** How often it happened. */
  readonly count?: number;
  /** The errors that it is about, by their keys: they are acknowledged with it. */
  readonly errors?: readonly string[];
  /** How many have waited for long for what another holds, where that is the matter; `agent` is the first of them. */
  readonly waits?: number;
  /** Who holds what was changed. */
  readonly holder?: string;
  /** What failed, where something did: a run, an agent's own work, or a plan, of which somebody asks for another. */
  readonly failed?: 'run' | 'work' | 'plan';
  /** The agents of a circle, each waiting for the next. */
  readonly circle?: readonly string[];
  /** The agent is known to have ended. */
  readonly hasEnded?: boolean;
}

/** Something that happened, with how we came to know of it. */
export interface Told {
  readonly event: WatchEvent;
  /** What was published; null where it was noticed in another way. */
  readonly wire: Wire | null;
  /** What the function library told; null for anything else. */
  readonly change: LibraryChange | null;
  /** It came as it was published: it was neither read later nor held back. */
  readonly isLive: boolean;
  /** What became of an agent's update; null of anything else. */
  readonly update: UpdateTold | null;
  /** It only says that its agent lives, and was not told as an event. */
  readonly isRepeat: boolean;
  /** When it was published, in ms since 1970, by whose clock; null where nothing says so. */
  readonly sent: { readonly ms: number; readonly by: 'server' | 'publisher'; readonly host: string | null } | null;
}

/** What changed, by key. A key that is no longer found in the picture was removed. */
export interface Change {
  readonly connection: boolean;
  readonly agents: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  /** What plain agents say of a run. */
  readonly run: boolean;
  readonly attention: boolean;
}

export interface Picture {
  readonly connection: Connection;
  readonly counts: Readonly<Counts>;
  /** Sorted by namespace and id, numbers in ids by value (agent-2 before agent-10). */
  readonly agents: readonly Agent[];
  /** Sorted by namespace and resource. */
  readonly claims: readonly Claim[];
  /** By namespace, first come first. */
  readonly waits: readonly Wait[];
  readonly pauses: readonly Pause[];
  readonly mailToAll: readonly FleetMail[];
  readonly queues: readonly Queue[];
  /** What plain agents say of a run by keys of their own, sorted by namespace and name. */
  readonly run: readonly RunItem[];
  /** What needs a person, most urgent first. */
  readonly attention: readonly AttentionItem[];
  /** Whether anybody has said what a task needs, or of the steps of a pipeline, without which no premature start can be seen. */
  readonly measuresPremature: boolean;
  /** What there is more of than is kept: how many agents had to make room, and whether there are more of the others. */
  readonly beyondLimits: {
    readonly agents: number;
    readonly claims: boolean;
    readonly queues: boolean;
    readonly keys: boolean;
  };
  agent(key: string): Agent | undefined;
  agentById(ns: string, id: string): Agent | undefined;
  /**
   * What people call an agent, known or not: its name, with what tells it apart where another is called the same, else
   * its id. As hostile as it came.
   */
  nameOf(ns: string, id: string): string;
  claim(key: string): Claim | undefined;
  queue(key: string): Queue | undefined;
  claimsHeldBy(ns: string, agentId: string): readonly Claim[];
  /** The JSON of `status --json`. */
  status(): Status;
  /** Fires once after each change, on the stack of the message or tick that made it. */
  readonly onDidChange: Event<Change>;
  /** Everything that happened, in order, as `watch --json` prints it. */
  readonly onEvent: Event<WatchEvent>;
  /** The same with how it came, and what is no event: all that was heard. */
  readonly onTold: Event<Told>;
}
