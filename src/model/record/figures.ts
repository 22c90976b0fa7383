import { Histogram } from '../../protocol/histogram.ts';
import { conflictKinds, harmful, type Measure, type Now } from '../../protocol/panel/picture.ts';
import { reasonText, type Translator } from '../../protocol/reasons.ts';
import type { Picture } from '../picture.ts';
import type { AgentNames } from './agentNames.ts';
import type { AgentSeries } from './agentSeries.ts';
import type { GaugeReader } from './gauges.ts';
import { bounded } from './lineRing.ts';
import type { QueueRates } from './queueRates.ts';
import type { SecondRing } from './secondRing.ts';
import { kindIndex, seriesIndex } from './tally.ts';

/** What figures are made from. */
export interface Sources {
  readonly picture: Picture;
  readonly l10n: Translator;
  readonly gauges: GaugeReader;
  readonly seconds: SecondRing;
  readonly agents: AgentSeries;
  readonly names: AgentNames;
  readonly rates: QueueRates;
}

/** Over how many seconds the p95 and the conflicts are told, and the broadcasts a second. */
const minute = 60;
const few = 5;

/**
 * The figures of now.
 * @param fine of a clock that never goes back, for rates
 */
export function figures(sources: Sources, measure: Measure, now: number, fine: number): Now {
  const { seconds, gauges, agents, names, rates } = sources;
  const all = gauges.read();
  const { agents: count, silent, claims, contested, you, youSince, attention, queued } = all;
  const { counts, queues, measuresPremature } = all;
  // The second that goes on is one of the minute.
  const ended = seconds.closed.slice(-(minute - 1));
  const recent = [
    ...ended.map(({ conflicts, latency }) => ({ conflicts, latency })),
    ...seconds.open.map((open) => ({ conflicts: open.conflicts, latency: open.pairs() })),
  ];
  const p95 = (series: 'messages' | 'probe'): number | null => {
    const sums = new Histogram();
    for (const { latency } of recent) sums.merge(latency[seriesIndex[series]]!);
    return sums.quantile(0.95);
  };
  const ofMessages = p95('messages');
  const lately = seconds.closed.slice(-few);
  const harm = [...harmful];
  return {
    at: now,
    agents: count,
    silent,
    claims,
    contested,
    you,
    youMs: youSince === null ? null : Math.max(0, now - youSince),
    attention,
    queued,
    p95Ms: ofMessages ?? p95('probe'),
    p95Of: ofMessages === null ? 'probe' : 'messages',
    conflictsPerMinute: sum(recent.map(({ conflicts }) => sum(harm.map((kind) => conflicts[kindIndex[kind]]!)))),
    conflicts: sum(harm.map((kind) => counts[kind])),
    byKind: conflictKinds.map((kind) => counts[kind]),
    measuresPremature,
    tasks: counts.tasks,
    messagesPerSecond: lately.length === 0 ? 0 : sum(lately.map(({ messages }) => messages)) / lately.length,
    malformed: counts.malformed,
    connection: connection(sources),
    measure,
    agentNames: names.list(agents.keys, agents.version, fine),
    queues: queues.slice(0, 400).map((queue) => ({
      key: bounded(queue.key, 4_096),
      ns: bounded(queue.ns, 256),
      name: bounded(queue.name, 1_024),
      waiting: whole(queue.waiting) ?? 0,
      active: whole(queue.active),
      failed: whole(queue.failed),
      oldestMs: quantity(queue.oldestMs),
      donePerSecond: rates.perSecond(queue.key, fine),
    })),
  };
}

function connection({ picture, l10n }: Sources): Now['connection'] {
  const { state, url, server, library, rttMs, reason, namespaces } = picture.connection;
  return {
    state,
    url: url === null ? null : bounded(url, 2_048),
    server: server === null ? null : bounded(server, 256),
    library: library === null ? null : bounded(library, 64),
    rttMs: quantity(rttMs),
    reason: reason === null ? null : bounded(reasonText(reason, l10n), 2_048),
    namespaces: namespaces.slice(0, 64).map((ns) => bounded(ns, 256)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const quantity = (value: number | null): number | null =>
  value !== null && value >= 0 && value < Infinity ? value : null;

const whole = (value: number | null): number | null =>
  value !== null && Number.isSafeInteger(value) && value >= 0 ? value : null;
