import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accuracy } from '../../../../src/protocol/histogram.ts';
import type { Second } from '../../../../src/protocol/panel/picture.ts';
import { columnAt, Columns, indexAt, stepFor } from '../../../../webview/charts/columns.ts';
import { begin, second } from './seconds.ts';

/** All that is told of the columns. */
const told = (columns: Columns) =>
  columns.all.map((column) => ({
    at: column.at,
    end: column.end,
    seconds: column.seconds.map(({ at }) => at),
    messages: column.messages,
    done: column.done,
    conflicts: column.conflicts,
    queued: column.last.queued,
    percentiles: column.percentiles('messages'),
  }));

function grouped(seconds: readonly Second[], step: number, from = -Infinity): Columns {
  const columns = new Columns();
  columns.regroup(step);
  columns.update(seconds, from);
  return columns;
}

describe('seconds merged into columns', () => {
  it('are as many as there is room for', () => {
    assert.equal(stepFor(300, 300), 1);
    assert.equal(stepFor(300, 299), 2);
    assert.equal(stepFor(3_600, 150), 30);
    assert.equal(stepFor(3_600, 1), 60, 'a minute is the most');
  });

  it('begin at multiples of their length by the clock', () => {
    const columns = grouped([second(7), second(9), second(10), second(31)], 10);
    assert.deepEqual(
      columns.all.map(({ at, seconds }) => [(at - begin) / 1_000, seconds.length]),
      [
        [0, 2],
        [10, 1],
        [30, 1],
      ],
    );
  });

  it('add counts up, and of what stands keep the last', () => {
    const conflicts = [1, 0, 2, 0, 0, 0, 1];
    const [column] = grouped(
      [
        second(0, { done: 2, messages: 3, queued: 9, oldestMs: 5_000, conflicts }),
        second(1, { done: 1, messages: 4, queued: 7, oldestMs: null, conflicts }),
      ],
      5,
    ).all;
    assert.ok(column);
    assert.deepEqual([column.done, column.messages, column.last.queued, column.last.oldestMs], [3, 7, 7, null]);
    assert.deepEqual(column.conflicts, [2, 0, 4, 0, 0, 0, 2]);
  });

  it('know what was known while the connection was live', () => {
    const [lost, back] = grouped(
      [
        second(0, { isLive: false, queued: 9 }),
        second(1, { isLive: false, queued: 9 }),
        second(2, { queued: 4 }),
        second(3, { isLive: false, queued: 9 }),
      ],
      2,
    ).all;
    assert.deepEqual([lost!.live, lost!.last.queued, back!.live, back!.last.queued], [0, 9, 1, 4]);
  });

  it('have the percentiles of all their durations, not a mean of percentiles', () => {
    // A mean of the two p95 would be 505 ms.
    const [column] = grouped([second(0, { ms: Array(99).fill(10) }), second(1, { ms: [1_000] })], 2).all;
    const [p50, p95, p99] = column!.percentiles('messages');
    for (const value of [p50, p95, p99]) assert.ok(Math.abs(value! / 10 - 1) <= accuracy, String(value));
    assert.equal(column!.histogram('messages').total, 100);
    assert.deepEqual(column!.percentiles('claims'), [null, null, null]);
  });

  it('leave alone what did not change when a second ends', () => {
    const seconds = Array.from({ length: 40 }, (_, i) => second(i, { ms: [i + 1] }));
    const columns = grouped(seconds, 10, begin);
    const before = [...columns.all];
    const after = [...seconds.slice(1), second(40, { ms: [1] })];
    columns.update(after, begin + 1_000);
    assert.deepEqual(columns.all.slice(0, 3), before.slice(1), 'the first is a whole one');
    assert.ok(columns.all.slice(0, 3).every((column, i) => column === before[i + 1]));
    assert.equal(columns.all[3]!.seconds.length, 1);
  });

  it('are the same by and by as all at once', () => {
    const ticks = fc.array(fc.nat({ max: 3 }), { maxLength: 40 });
    fc.assert(
      fc.property(ticks, fc.constantFrom(1, 2, 5, 10), fc.integer({ min: 1, max: 30 }), (counts, step, range) => {
        const columns = grouped([], step);
        const all: Second[] = [];
        for (const count of counts) {
          for (let i = 0; i < count; i++) {
            const index = all.length;
            const conflicts = [index % 3, 0, 0, 0, 1, 0, 0];
            all.push(second(index, { ms: [1 + (index % 7)], done: index % 4, queued: index, conflicts }));
          }
          const shown = all.slice(-range);
          const from = begin + (all.length - range) * 1_000;
          columns.update(shown, from);
          assert.deepEqual(told(columns), told(grouped(shown, step, from)));
        }
      }),
    );
  });

  it('are made anew where other seconds are told, or more of the past', () => {
    const columns = grouped([second(5, { done: 1 }), second(6, { done: 1 })], 5);
    columns.update([second(5, { done: 4 }), second(6, { done: 4 })], begin);
    assert.equal(columns.all[0]!.done, 8);
    const known = columns.all[0]!.seconds;
    columns.update([second(0), second(4), ...known], begin);
    assert.deepEqual(
      columns.all.map(({ seconds }) => seconds.length),
      [2, 2],
    );
    columns.update([], begin);
    assert.deepEqual(columns.all, []);
  });

  it('know the seconds again in another length', () => {
    const columns = grouped(
      Array.from({ length: 12 }, (_, i) => second(i)),
      2,
    );
    columns.regroup(5);
    assert.deepEqual(
      columns.all.map(({ seconds }) => seconds.length),
      [5, 5, 2],
    );
    columns.update([...columns.all.flatMap(({ seconds }) => seconds), second(12)], begin);
    assert.equal(columns.all[2]!.seconds.length, 3);
  });

  it('are found by a moment', () => {
    const { all } = grouped([second(0), second(1), second(5)], 1);
    assert.equal(columnAt(all, begin + 1_999), all[1]);
    assert.equal(columnAt(all, begin + 3_000), undefined, 'of which nothing is known');
    assert.equal(columnAt(all, begin - 1), undefined);
    assert.equal(columnAt(all, null), undefined);
    assert.equal(indexAt(all, begin - 99_000), 0);
    assert.equal(indexAt(all, begin + 99_000), 2);
    assert.equal(indexAt([], begin), -1);
  });
});
