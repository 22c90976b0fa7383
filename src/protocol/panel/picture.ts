import * as v from 'valibot';
import { lastBucket } from '../histogram.ts';
import { bounded, count, listOf, quantity, time } from './parts.ts';

/** The protocol's kinds of conflict, in its order. The rate counts the {@link harmful} ones; the others were prevented. */
export const conflictKinds = [
  'stale',
  'divergent',
  'duplicate',
  'premature',
  'denied',
  'unclaimed',
  'recovered',
] as const;
export type ConflictKind = (typeof conflictKinds)[number];
export const harmful: ReadonlySet<ConflictKind> = new Set(['divergent', 'duplicate', 'premature', 'unclaimed']);

/**
 * What latencies are of: every broadcast from its stamp until it was heard here; of these, the decisions on claims; how
 * long agents waited in line for a claim until they had it; and the probe, which we publish to ourselves once a second.
 */
export const latencySeries = ['messages', 'claims', 'waits', 'probe'] as const;
export type LatencySeries = (typeof latencySeries)[number];

/** How far back anything is drawn, in seconds. */
export const longestRange = 3_600;

const pairs = listOf(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 2 * (lastBucket + 1));

/** What happened in one second, and how things stood at its end. */
export const second = v.strictObject({
  /** When it began, in ms: a whole number of seconds. */
  at: time,
  /** Whether the connection was live at its end. Where it was not, what follows is as it was last known. */
  isLive: v.boolean(),
  agents: count,
  claims: count,
  /** Agents that wait for a person. */
  you: count,
  /** What waits in all queues. */
  queued: count,
  /** By how much queues became shorter. */
  done: count,
  /** Age in ms of what has waited longest in a queue; null where no queue tells. */
  oldestMs: v.nullable(quantity),
  /** Broadcasts that were heard. */
  messages: count,
  /** By kind, in the order of {@link conflictKinds}. */
  conflicts: v.pipe(v.array(count), v.length(conflictKinds.length)),
  /** Durations by series, in the order of {@link latencySeries}, as a histogram's pairs. */
  latency: v.pipe(v.array(pairs), v.length(latencySeries.length)),
});
export type Second = v.InferOutput<typeof second>;

export const states = ['unconfigured', 'connecting', 'live', 'reconnecting', 'refused'] as const;

/** How the connection stands. */
export const connection = v.strictObject({
  state: v.picklist(states),
  url: v.nullable(bounded(2_048)),
  server: v.nullable(bounded(256)),
  library: v.nullable(bounded(64)),
  rttMs: v.nullable(quantity),
  /** Why it is not live, in the window's language. */
  reason: v.nullable(bounded(2_048)),
  namespaces: listOf(bounded(256), 64),
});

/** What a latency is counted from, and how sure that is. */
export const measure = v.strictObject({
  /** The server's clock against ours: the same one, another whose offset was estimated, or not to be had. */
  clock: v.picklist(['same', 'estimated', 'none']),
  /** How far the server's clock is ahead of ours, in ms. */
  offsetMs: v.nullable(v.pipe(v.number(), v.finite())),
  /** By how much that may be wrong, either way, in ms. */
  errorMs: v.nullable(quantity),
  /** Broadcasts so far that were measured from the server's stamp, and from the publisher's own. */
  byServer: count,
  byPublisher: count,
  /** Those that could not be measured, for whatever reason. */
  unmeasured: count,
  /** Of these: without a stamp that says when they were sent. */
  unstamped: count,
  /** Of these: stamped by a clock that is not the one of this machine. */
  otherClock: count,
  /** With a stamp that lies further in the future than clocks can be wrong. */
  impossible: count,
  /** How the probe goes: a broadcast to ourselves, a PING where the user may not publish, or it is off. */
  probe: v.picklist(['broadcast', 'ping', 'off']),
});
export type Measure = v.InferOutput<typeof measure>;

/** The figures of now, of which those on the tiles are the same as in `status --json`. */
export const now = v.strictObject({
  at: time,
  agents: count,
  /** Of the agents: stalled or dead. */
  silent: count,
  claims: count,
  /** Of the claims: those that others wait for. */
  contested: count,
  you: count,
  /** How long the first of those has waited, in ms. */
  youMs: v.nullable(quantity),
  /** How many things need a person: those agents, and whatever else is listed under Needs Attention. */
  attention: count,
  queued: count,
  /** 95th percentile of the last minute's broadcasts in ms, else of the probe. */
  p95Ms: v.nullable(quantity),
  p95Of: v.picklist(['messages', 'probe']),
  /** Harmful conflicts of the last minute, and since the observer began. */
  conflictsPerMinute: count,
  conflicts: count,
  /** All by kind since the observer began, in the order of {@link conflictKinds}. */
  byKind: v.pipe(v.array(count), v.length(conflictKinds.length)),
  /** Whether anything has said what a task needs, without which a premature start cannot be seen. */
  measuresPremature: v.boolean(),
  /** Distinct tasks that became active since the observer began. */
  tasks: count,
  /** Broadcasts a second, over the last five seconds. */
  messagesPerSecond: quantity,
  malformed: count,
  connection,
  measure,
  /** For the filter, by name. */
  agentNames: listOf(v.strictObject({ key: bounded(20_000), label: bounded(200), isGone: v.boolean() }), 1_000),
  queues: listOf(
    v.strictObject({
      key: bounded(4_096),
      ns: bounded(256),
      name: bounded(1_024),
      waiting: count,
      active: v.nullable(count),
      failed: v.nullable(count),
      oldestMs: v.nullable(quantity),
      /** Over the last minute. */
      donePerSecond: quantity,
    }),
    400,
  ),
});
export type Now = v.InferOutput<typeof now>;

/** A resource that agents clashed over, most often first. */
export const hotFile = v.strictObject({
  ns: bounded(256),
  resource: bounded(1_024),
  count,
  /** Who clashed. */
  agents: listOf(bounded(512), 8),
  /** By kind, in the order of {@link conflictKinds}. */
  byKind: v.pipe(v.array(count), v.length(conflictKinds.length)),
});
export type HotFile = v.InferOutput<typeof hotFile>;
