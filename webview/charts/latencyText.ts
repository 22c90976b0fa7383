/** What the latency chart says in words. */
import type { Histogram } from '../../src/protocol/histogram.ts';
import type { LatencySeries, Measure, Now } from '../../src/protocol/panel/picture.ts';
import type { Words } from '../page.ts';
import { type Column, type Percentiles, percentilesOf } from './columns.ts';
import type { Formats } from './formats.ts';
import { rangeWords, silence, type Shown } from './shownText.ts';

export function seriesName(series: LatencySeries, l10n: Words): string {
  switch (series) {
    case 'messages':
      return l10n.t('Broadcasts');
    case 'claims':
      return l10n.t('Claim decisions');
    case 'waits':
      return l10n.t('Waiting for a claim');
    case 'probe':
      return l10n.t('Probe');
  }
}

/** From where to where a series is measured, by which clocks, and what could not be. */
export function measureText(
  series: LatencySeries,
  { measure, connection }: Now,
  l10n: Words,
  formats: Formats,
): string {
  const clock = clockText(measure, connection.state === 'live', l10n, formats);
  switch (series) {
    case 'messages':
      return [...clock, ...stampTexts(measure, l10n, formats)].join(' ');
    case 'claims':
      return [l10n.t('Those of the broadcasts that tell of a claim.'), ...clock].join(' ');
    case 'waits':
      return l10n.t(
        'From standing in line for a claim to having it, for those who got it, by the clock of the server.',
      );
    case 'probe':
      return probeText(measure, l10n);
  }
}

/** Nothing while there is no server whose clock could be known. */
function clockText({ clock, offsetMs, errorMs }: Measure, isLive: boolean, l10n: Words, formats: Formats): string[] {
  if (clock === 'same') return [l10n.t('By the clock of this machine, which the server shares.')];
  if (clock === 'none' || offsetMs === null) {
    if (!isLive) return [];
    return [l10n.t('How the clock of the server stands to ours is not known, so its stamps tell nothing.')];
  }
  const offset = formats.duration(Math.abs(offsetMs));
  if (errorMs === null) {
    return offsetMs < 0
      ? [l10n.t("From the server's clock to here; its clock is about {0} behind ours.", offset)]
      : [l10n.t("From the server's clock to here; its clock is about {0} ahead of ours.", offset)];
  }
  const error = formats.duration(errorMs);
  return offsetMs < 0
    ? [l10n.t("From the server's clock to here; its clock is {0} behind ours, give or take {1}.", offset, error)]
    : [l10n.t("From the server's clock to here; its clock is {0} ahead of ours, give or take {1}.", offset, error)];
}

function stampTexts(measure: Measure, l10n: Words, formats: Formats): string[] {
  const { byServer, byPublisher, unmeasured, unstamped, otherClock, impossible } = measure;
  const by: string[] = [];
  if (byServer > 0) by.push(l10n.t("{0} by the server's stamp", formats.count(byServer)));
  if (byPublisher > 0) by.push(l10n.t("{0} by the agent's own stamp", formats.count(byPublisher)));
  const not: string[] = [];
  const others = Math.max(0, unmeasured - unstamped - otherClock);
  if (unstamped > 0) not.push(l10n.t('{0} without a stamp', formats.count(unstamped)));
  if (otherClock > 0) not.push(l10n.t('{0} stamped by a clock of another machine', formats.count(otherClock)));
  if (others > 0) not.push(l10n.t('{0} for other reasons', formats.count(others)));
  if (impossible > 0) not.push(l10n.t('{0} stamped in the future', formats.count(impossible)));
  return [
    ...(by.length > 0 ? [l10n.t('Measured since connecting: {0}.', by.join(', '))] : []),
    ...(byPublisher > 0 ? [l10n.t("Agents' stamps in whole ms read up to 1 ms high.")] : []),
    ...(not.length > 0 ? [l10n.t('Not measured: {0}.', not.join(', '))] : []),
  ];
}

function probeText({ probe }: Measure, l10n: Words): string {
  switch (probe) {
    case 'broadcast':
      return l10n.t('Once a second we publish to ourselves, and count until it is heard here.');
    case 'ping':
      return l10n.t('Once a second a PING there and back, since this user may not publish.');
    case 'off':
      return l10n.t('The probe is off.');
  }
}

/** Why there is nothing to draw, and what would change that. */
export function latencyEmpty(series: LatencySeries, shown: Shown, l10n: Words, formats: Formats): string {
  const quiet = silence(shown, l10n);
  if (quiet !== null) return quiet;
  const last = rangeWords(shown.range, formats);
  switch (series) {
    case 'messages':
      if (shown.messages > 0) {
        return l10n.t(
          'Broadcasts were heard in the last {0}, but none that can be measured: without a stamp, or with one by the clock of another machine. The function library stamps what it tells by the clock of the server.',
          last,
        );
      }
      return shown.agent === null
        ? l10n.t('No broadcast was heard in the last {0}. The probe is measured all the same.', last)
        : l10n.t('{0} sent no broadcast in the last {1}.', shown.agent, last);
    case 'claims':
      return l10n.t(
        'No claim was decided in the last {0}. Decisions appear here when agents claim by the function library.',
        last,
      );
    case 'waits':
      return l10n.t(
        'Nobody got a claim after waiting in the last {0}. Waits appear here when agents stand in line for a claim of another.',
        last,
      );
    case 'probe':
      return l10n.t('The probe did not come back in the last {0}.', last);
  }
}

/** The newest column in which something was measured. */
export function latestMeasured(columns: readonly Column[], series: LatencySeries): Column | undefined {
  return columns.findLast((column) => column.percentiles(series)[0] !== null);
}

/** The figures of a column. */
export function latencyFigures(column: Column, series: LatencySeries, l10n: Words, formats: Formats): string {
  return histogramFigures(column.histogram(series), l10n, formats, column.percentiles(series));
}

/** The figures of durations, of which the percentiles may be known already. */
export function histogramFigures(
  histogram: Histogram,
  l10n: Words,
  formats: Formats,
  percentiles: Percentiles = percentilesOf(histogram),
): string {
  const [p50, p95, p99] = percentiles;
  if (p50 === null || p95 === null || p99 === null) return l10n.t('nothing measured');
  const figures = [p50, p95, p99].map((ms) => formats.duration(ms));
  return l10n.t('p50 {0}, p95 {1}, p99 {2}, {3} measured', ...figures, formats.count(histogram.total));
}

/** The same with its time, for those who hear it. */
export const latencyWords = (column: Column, series: LatencySeries, l10n: Words, formats: Formats): string =>
  `${formats.span(column)}: ${latencyFigures(column, series, l10n, formats)}`;

/** What the whole chart says. */
export function latencySummary(
  columns: readonly Column[],
  series: LatencySeries,
  now: Now,
  shown: Shown,
  l10n: Words,
  formats: Formats,
): string {
  const title = l10n.t('Latency, {0}, last {1}', seriesName(series, l10n), rangeWords(shown.range, formats));
  const latest = latestMeasured(columns, series);
  if (latest === undefined) return `${title}. ${latencyEmpty(series, shown, l10n, formats)}`;
  let slowest = latest;
  for (const column of columns) {
    if ((column.percentiles(series)[1] ?? 0) > (slowest.percentiles(series)[1] ?? 0)) slowest = column;
  }
  const worst = formats.duration(slowest.percentiles(series)[1] ?? 0);
  const parts = [title, l10n.t('Latest {0}', latencyWords(latest, series, l10n, formats))];
  parts.push(l10n.t('Slowest p95 {0} at {1}', worst, formats.time(slowest.at)));
  if (series !== 'probe' && now.p95Of === 'probe' && now.p95Ms !== null) {
    parts.push(l10n.t('Probe p95 {0}', formats.duration(now.p95Ms)));
  }
  return `${parts.join('. ')}.`;
}
