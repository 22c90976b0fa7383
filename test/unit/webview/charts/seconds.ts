import { Histogram } from '../../../../src/protocol/histogram.ts';
import { conflictKinds, type Now, type Second } from '../../../../src/protocol/panel/picture.ts';

export const begin = Date.UTC(2026, 0, 1, 12, 0, 0);

/** A second in which nothing happened, but what is given. Durations are of broadcasts. */
export function second(index: number, what: Partial<Second> & { readonly ms?: readonly number[] } = {}): Second {
  const { ms = [], ...others } = what;
  const histogram = new Histogram();
  for (const duration of ms) histogram.add(duration);
  return {
    at: begin + index * 1_000,
    isLive: true,
    agents: 0,
    claims: 0,
    you: 0,
    queued: 0,
    done: 0,
    oldestMs: null,
    messages: ms.length,
    conflicts: conflictKinds.map(() => 0),
    latency: [histogram.pairs(), [], [], []],
    ...others,
  };
}

/** Figures of a fleet in which nothing happened. */
export function figures(what: Partial<Now> = {}): Now {
  return {
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
    p95Of: 'probe',
    conflictsPerMinute: 0,
    conflicts: 0,
    byKind: conflictKinds.map(() => 0),
    measuresPremature: false,
    tasks: 0,
    messagesPerSecond: 0,
    malformed: 0,
    connection: { state: 'live', url: null, server: null, library: null, rttMs: null, reason: null, namespaces: [''] },
    measure: {
      clock: 'same',
      offsetMs: 0,
      errorMs: 0,
      byServer: 0,
      byPublisher: 0,
      unmeasured: 0,
      unstamped: 0,
      otherClock: 0,
      impossible: 0,
      probe: 'broadcast',
    },
    agentNames: [],
    queues: [],
    ...what,
  };
}
