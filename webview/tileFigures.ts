import { Histogram } from '../src/protocol/histogram.ts';
import type { View } from '../src/protocol/panel/messages.ts';
import { conflictKinds, harmful, latencySeries, type Now, type Second } from '../src/protocol/panel/picture.ts';
import { hasPicture } from './known.ts';
import type { Words } from './page.ts';
import { formatAge, formatCount, formatMs, formatRate } from './words.ts';

/** In the order in which they stand. */
export const tileNames = ['agents', 'claims', 'latency', 'conflicts', 'messages', 'queued', 'you'] as const;
export type TileName = (typeof tileNames)[number];

export interface TileFigure {
  /** The number itself; null where there is none to be had. */
  readonly value: number | null;
  readonly text: string;
  /** What else is to say. */
  readonly sub: string;
  /** Whether somebody should look: something went wrong, or somebody waits. */
  readonly tone: 'calm' | 'wrong' | 'asks';
}

/** What the tiles say. With one agent chosen, latency, conflicts and messages are of that one and the rest of all. */
export function tileFigures(
  now: Now,
  seconds: readonly Second[],
  view: View,
  l10n: Words,
  language: string,
): Record<TileName, TileFigure> {
  const count = (value: number): string => formatCount(value, language);
  const unknown: TileFigure = { value: null, text: '–', sub: '', tone: 'calm' };
  const calm = (value: number, sub: string): TileFigure => ({ ...unknown, value, text: count(value), sub });
  const filtered = view.agent !== null;
  const ofAll = (sub: string): string => (filtered ? l10n.t('{0}, of all agents', sub) : sub);
  const traffic = filtered ? trafficOf(seconds) : now;
  // How much happens is only known while somebody listens.
  const isLive = now.connection.state === 'live';
  const heard = (figure: TileFigure): TileFigure => (isLive ? figure : { ...unknown, sub: figure.sub });
  if (!hasPicture(now, seconds)) {
    const nothing = { ...unknown, sub: l10n.t('not connected') };
    return Object.fromEntries(tileNames.map((name) => [name, nothing])) as Record<TileName, TileFigure>;
  }
  return {
    agents: calm(now.agents, ofAll(now.silent > 0 ? l10n.t('{0} silent', count(now.silent)) : l10n.t('none silent'))),
    claims: calm(
      now.claims,
      ofAll(now.contested > 0 ? l10n.t('{0} contested', count(now.contested)) : l10n.t('none contested')),
    ),
    latency: heard({
      value: traffic.p95Ms,
      text: traffic.p95Ms === null ? '–' : formatMs(traffic.p95Ms, language),
      sub: latencySub(traffic.p95Ms, traffic.p95Of, filtered, l10n),
      tone: 'calm',
    }),
    conflicts: heard({
      ...calm(traffic.conflictsPerMinute, filtered ? l10n.t('of this agent') : conflictsSub(now, l10n, language)),
      tone: traffic.conflictsPerMinute > 0 ? 'wrong' : 'calm',
    }),
    messages: heard({
      value: traffic.messagesPerSecond,
      text: formatRate(traffic.messagesPerSecond, language),
      sub: filtered
        ? l10n.t('of this agent')
        : now.malformed > 0
          ? l10n.t('{0} malformed', count(now.malformed))
          : l10n.t('none malformed'),
      tone: 'calm',
    }),
    queued: calm(now.queued, ofAll(queuedSub(now, l10n, language))),
    you: {
      ...calm(now.you, ofAll(youSub(now, l10n, language))),
      tone: now.you > 0 ? 'asks' : 'calm',
    },
  };
}

/** The figures of one agent's traffic, over the same times as those of all. */
function trafficOf(
  seconds: readonly Second[],
): Pick<Now, 'p95Ms' | 'p95Of' | 'conflictsPerMinute' | 'messagesPerSecond'> {
  const minute = seconds.slice(-60);
  return {
    p95Ms: p95Of(minute, 'messages'),
    p95Of: 'messages',
    conflictsPerMinute: minute.reduce((sum, second) => sum + harmIn(second), 0),
    messagesPerSecond: seconds.slice(-5).reduce((sum, { messages }) => sum + messages, 0) / 5,
  };
}

/** How many harmful conflicts a second had. */
export const harmIn = (second: Second): number =>
  conflictKinds.reduce((sum, kind, i) => (harmful.has(kind) ? sum + second.conflicts[i]! : sum), 0);

/** The 95th percentile of several seconds together in ms, null where nothing was measured. */
export function p95Of(seconds: readonly Second[], series: Now['p95Of']): number | null {
  const all = new Histogram();
  for (const { latency } of seconds) all.merge(latency[latencySeries.indexOf(series)]!);
  return all.quantile(0.95);
}

function latencySub(p95: number | null, of: Now['p95Of'], filtered: boolean, l10n: Words): string {
  if (filtered) return p95 === null ? l10n.t('nothing in a minute') : l10n.t('of this agent');
  if (p95 === null) return l10n.t('nothing measured yet');
  return of === 'probe' ? l10n.t('our probe, last minute') : l10n.t('of messages, last minute');
}

function conflictsSub({ conflicts, byKind }: Now, l10n: Words, language: string): string {
  const prevented = byKind.reduce((sum, count, i) => (harmful.has(conflictKinds[i]!) ? sum : sum + count), 0);
  return l10n.t('{0} harmful · {1} prevented', formatCount(conflicts, language), formatCount(prevented, language));
}

/** How long agents have waited, and whether anything else needs a person: that is listed at the same place. */
function youSub({ you, youMs, attention }: Now, l10n: Words, language: string): string {
  const waits = youMs === null ? l10n.t('for a while') : l10n.t('for {0}', formatAge(youMs, language));
  const needs = attention === 1 ? l10n.t('1 needs you') : l10n.t('{0} need you', formatCount(attention, language));
  const parts = [...(you > 0 ? [waits] : []), ...(attention > you ? [needs] : [])];
  return parts.length === 0 ? l10n.t('nobody waits') : parts.join(' · ');
}

function queuedSub({ queues, queued }: Now, l10n: Words, language: string): string {
  if (queues.length === 0) return l10n.t('no queues');
  const oldest = Math.max(-1, ...queues.map(({ oldestMs }) => oldestMs ?? -1));
  if (queued > 0 && oldest >= 0) return l10n.t('oldest {0}', formatAge(oldest, language));
  return queues.length === 1 ? l10n.t('in one queue') : l10n.t('in {0} queues', formatCount(queues.length, language));
}
