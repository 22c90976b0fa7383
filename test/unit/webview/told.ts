import { Histogram } from '../../../src/protocol/histogram.ts';
import { conflictKinds, type ConflictKind, type Now, type Second } from '../../../src/protocol/panel/picture.ts';

/** A moment that is a whole second. */
export const begin = Date.parse('2026-01-01T12:00:00Z');

/** A second in which only that happened which is said. */
export const second = (
  index: number,
  more: Partial<Omit<Second, 'conflicts' | 'latency'>> & {
    readonly conflicts?: Partial<Record<ConflictKind, number>>;
    readonly messagesMs?: readonly number[];
    readonly probeMs?: number;
  } = {},
): Second => {
  const { conflicts = {}, messagesMs = [], probeMs, ...rest } = more;
  return {
    at: begin + index * 1_000,
    isLive: true,
    agents: 0,
    claims: 0,
    you: 0,
    queued: 0,
    done: 0,
    oldestMs: null,
    messages: 0,
    ...rest,
    conflicts: conflictKinds.map((kind) => conflicts[kind] ?? 0),
    latency: [pairsOf(messagesMs), [], [], pairsOf(probeMs === undefined ? [] : [probeMs])],
  };
};

function pairsOf(durations: readonly number[]): number[] {
  const histogram = new Histogram();
  for (const ms of durations) histogram.add(ms);
  return histogram.pairs();
}

/** The figures of a fleet of which nothing is known, but for what is said. */
export const now = (more: Partial<Now> = {}): Now => ({
  at: begin,
  agents: 0,
  silent: 0,
  claims: 0,
  contested: 0,
  you: 0,
  youMs: null,
  attention: 0,
  queued: 0,
  p95Ms: null,
  p95Of: 'messages',
  conflictsPerMinute: 0,
  conflicts: 0,
  byKind: conflictKinds.map(() => 0),
  measuresPremature: false,
  tasks: 0,
  messagesPerSecond: 0,
  malformed: 0,
  connection: { state: 'live', url: null, server: null, library: null, rttMs: null, reason: null, namespaces: [] },
  measure: {
    clock: 'none',
    offsetMs: null,
    errorMs: null,
    byServer: 0,
    byPublisher: 0,
    unmeasured: 0,
    unstamped: 0,
    otherClock: 0,
    impossible: 0,
    probe: 'off',
  },
  agentNames: [],
  queues: [],
  ...more,
});
