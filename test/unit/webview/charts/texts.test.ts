import assert from 'node:assert/strict';
import { Histogram } from '../../../../src/protocol/histogram.ts';
import { conflictKinds, type Measure, type Now } from '../../../../src/protocol/panel/picture.ts';
import { Columns } from '../../../../webview/charts/columns.ts';
import * as conflicts from '../../../../webview/charts/conflictText.ts';
import { Formats } from '../../../../webview/charts/formats.ts';
import * as latency from '../../../../webview/charts/latencyText.ts';
import * as queues from '../../../../webview/charts/queueText.ts';
import type { Shown } from '../../../../webview/charts/shownText.ts';
import { wordsOf } from '../../../../webview/words.ts';
import { begin, figures, second } from './seconds.ts';

const l10n = wordsOf({});
const formats = new Formats('en');
const live: Shown = { range: 300, agent: null, state: 'live', messages: 0 };
const measuring = (what: Partial<Measure>, more: Parameters<typeof figures>[0] = {}): Now =>
  figures({ ...more, measure: { ...figures().measure, ...what } });
const measured = (...what: Parameters<typeof measuring>): string =>
  latency.measureText('messages', measuring(...what), l10n, formats);

function columnsOf(...seconds: Parameters<typeof second>[1][]): Columns {
  const columns = new Columns();
  columns.update(
    seconds.map((what, i) => second(i, what)),
    begin,
  );
  return columns;
}

describe('what is said of latency', () => {
  it('is by which clock it was measured, and how sure that is', () => {
    assert.equal(measured({}), 'By the clock of this machine, which the server shares.');
    assert.equal(
      measured({ clock: 'estimated', offsetMs: 0.8, errorMs: 0.1 }),
      "From the server's clock to here; its clock is 0.8 ms ahead of ours, give or take 0.1 ms.",
    );
    assert.match(
      measured({ clock: 'estimated', offsetMs: -12, errorMs: 1 }),
      /is 12 ms behind ours, give or take 1 ms/,
    );
    assert.match(
      measured({ clock: 'estimated', offsetMs: -12, errorMs: null }),
      /its clock is about 12 ms behind ours\.$/,
    );
    assert.match(measured({ clock: 'none', offsetMs: null, errorMs: null }), /is not known/);
  });

  it('is nothing of the clock of a server that there is not', () => {
    const connection = { ...figures().connection, state: 'refused' } as const;
    assert.equal(measured({ clock: 'none', offsetMs: null, errorMs: null }, { connection }), '');
  });

  it('is what was not measured, and why', () => {
    const text = measured({
      byServer: 1_234,
      byPublisher: 5,
      unmeasured: 6,
      unstamped: 2,
      otherClock: 3,
      impossible: 7,
    });
    assert.match(
      text,
      /Measured since connecting: 1,234 by the server's stamp, 5 by the agent's own stamp\. Agents' stamps in whole ms/,
    );
    assert.doesNotMatch(measured({ byServer: 1 }), /whole ms/);
    assert.match(
      text,
      /Not measured: 2 without a stamp, 3 stamped by a clock of another machine, 1 for other reasons, 7 stamped in/,
    );
    assert.match(latency.measureText('probe', measuring({ probe: 'ping' }), l10n, formats), /PING/);
  });

  it('is why a chart is empty, by series and cause', () => {
    const empty = (series: Parameters<typeof latency.latencyEmpty>[0], shown: Partial<Shown> = {}): string =>
      latency.latencyEmpty(series, { ...live, ...shown }, l10n, formats);
    assert.match(empty('messages'), /No broadcast was heard in the last 5 min/);
    assert.match(empty('messages', { messages: 3 }), /without a stamp, or with one by the clock of another machine/);
    assert.match(empty('messages', { agent: 'ada' }), /^ada sent no broadcast/);
    assert.match(empty('claims'), /function library/);
    assert.match(empty('waits'), /stand in line/);
    assert.match(empty('claims', { state: 'unconfigured' }), /^Not connected/);
    assert.match(empty('claims', { state: 'reconnecting' }), /lost/);
  });

  it('is the summary of the chart, with the probe where agents are silent', () => {
    const { all } = columnsOf({ ms: [2] }, { ms: [10, 10] }, { ms: [] });
    const summary = (now = figures()): string => latency.latencySummary(all, 'messages', now, live, l10n, formats);
    assert.match(
      summary(),
      /^Latency, Broadcasts, last 5 min\. Latest .*: p50 10 ms, p95 10 ms, p99 10 ms, 2 measured\./,
    );
    assert.match(summary(figures({ p95Of: 'probe', p95Ms: 0.5 })), /Probe p95 0\.5 ms\.$/);
  });
});

describe('the figures of durations', () => {
  it('are those of all columns together', () => {
    const { all } = columnsOf({ ms: [2, 2, 2] }, { ms: [] }, { ms: [900] });
    const whole = new Histogram();
    for (const column of all) whole.include(column.histogram('messages'));
    const text = latency.histogramFigures(whole, l10n, formats);
    assert.match(text, /^p50 2 ms, p95 9\d\d ms, p99 9\d\d ms, 4 measured$/);
    assert.equal(latency.histogramFigures(new Histogram(), l10n, formats), 'nothing measured');
  });
});

describe('what is said of conflicts', () => {
  it('is the rate over tasks, and none where there is no task', () => {
    const rate = (count: number, tasks: number): string =>
      conflicts.rateText(figures({ conflicts: count, tasks }), l10n, formats);
    assert.equal(rate(12, 340), '3.5% since connecting: 12 harmful over 340 tasks');
    assert.equal(rate(1, 1), '100% since connecting: 1 harmful over 1 task');
    assert.equal(rate(31, 12), '2.6 a task since connecting: 31 harmful over 12 tasks');
    assert.equal(rate(0, 0), 'No rate yet: no task was seen.');
  });

  it('is not 0 where a premature start could not be seen', () => {
    const text = (count: number, measuresPremature: boolean): string =>
      conflicts.countText('premature', count, figures({ measuresPremature }), l10n, formats);
    assert.equal(text(0, false), 'not measured');
    assert.equal(text(0, true), '0');
    assert.equal(text(2, false), '2');
  });

  it('is each kind once, what did harm first', () => {
    assert.deepEqual([...conflicts.stackedKinds].toSorted(), [...conflictKinds].toSorted());
    assert.deepEqual(conflicts.stackedKinds.slice(0, 4), ['divergent', 'duplicate', 'premature', 'unclaimed']);
    assert.equal(new Set(conflictKinds.map((kind) => conflicts.kindName(kind, l10n))).size, conflictKinds.length);
  });

  it('is of the kind that a bar has at a height', () => {
    const [column] = columnsOf({ conflicts: [2, 1, 0, 0, 1, 0, 0] }).all;
    const at = (value: number) => conflicts.kindAt(column!, value);
    assert.deepEqual(
      [at(0), at(0.9), at(1), at(2.9), at(3), at(4), at(-1)],
      ['divergent', 'divergent', 'stale', 'stale', 'denied', null, null],
    );
    const words = conflicts.conflictWords(column!, l10n, formats);
    assert.match(words, /: divergent update 1, stale update dropped 2, denied claim 1$/);
    const [outage] = columnsOf({ conflicts: [1, 0, 0, 0, 1, 0, 90] }).all;
    assert.equal(conflicts.heightOf(outage!), 2, 'without what an outage brings at once');
    assert.equal(conflicts.kindAt(outage!, 3), 'recovered');
    assert.deepEqual(conflicts.conflictTotals([column!, column!]), [4, 2, 0, 0, 2, 0, 0]);
  });
});

describe('what is said of queues', () => {
  it('is a rate as a mean of ten seconds, or of as many as there are if they are half of that', () => {
    const { all } = columnsOf({ done: 3 }, ...Array.from({ length: 10 }, () => ({})), { done: 20 });
    assert.deepEqual(
      queues.doneMeans(all).map((mean) => mean !== null && Math.round(100 * mean)),
      [...[false, false, false, false, 60, 50, 43, 38, 33, 30], ...[0, 200]],
    );
    assert.deepEqual(queues.doneMeans([]), []);
  });

  it('is nothing of a time without a connection, which no mean reaches over', () => {
    const lost = { isLive: false, queued: 9 };
    const { all } = columnsOf({}, {}, {}, {}, {}, { done: 6 }, lost, lost, { queued: 2, done: 1 });
    assert.deepEqual(queues.doneMeans(all).slice(4), [0, 1, null, null, 1]);
    assert.deepEqual(all.map(queues.waitingAt).slice(5), [0, null, null, 2]);
    assert.match(queues.queueWords(all[6]!, l10n, formats), /: not connected$/);
    assert.match(conflicts.conflictWords(all[6]!, l10n, formats), /: not connected$/);
  });

  it('is what is known', () => {
    const { all } = columnsOf({ queued: 4, done: 3, oldestMs: 5_000 }, { queued: 6 });
    assert.match(queues.queueWords(all[0]!, l10n, formats), /: 4 waiting, 3 done a second, oldest 5 s$/);
    assert.match(queues.queueWords(all[1]!, l10n, formats), /: 6 waiting, 0 done a second$/);
    assert.match(queues.queueSummary(all, true, live, l10n, formats), /At most 6 waiting\.$/);
    assert.match(queues.queueSummary(all, false, live, l10n, formats), /No queue is known/);
    const facts = { ns: '', active: null, failed: null, oldestMs: null, donePerSecond: 0 };
    const queue = { ...facts, key: 'a:queue', name: 'a:queue', waiting: 3 };
    const sum = (known: (typeof queue)[]): string =>
      queues.queueSum(figures({ queued: 3, queues: known }), l10n, formats);
    assert.deepEqual(
      [sum([]), sum([queue]), sum([queue, queue])],
      ['', '3 waiting in 1 queue', '3 waiting in 2 queues'],
    );
  });
});

describe('ranges and times', () => {
  it('say the unit once where it is the same', () => {
    assert.equal(formats.range(1, 1.5), '1–1.5 ms');
    assert.equal(formats.range(0.2, 0.5), '200–500 µs');
    assert.equal(formats.range(0.5, 1), '500 µs–1 ms');
    assert.equal(formats.range(500, 1_000), '500 ms–1 s');
    assert.equal(formats.range(2_000, 4_000), '2–4 s');
    assert.equal(new Formats('de').range(1, 1.5), '1–1,5 ms');
  });

  it('are of the first and the last second', () => {
    assert.match(formats.span({ at: begin, end: begin + 1_000 }), /^\d\d:\d\d:\d\d$/);
    assert.match(formats.span({ at: begin, end: begin + 5_000 }), /:00–\d\d:\d\d:04$/);
  });
});
