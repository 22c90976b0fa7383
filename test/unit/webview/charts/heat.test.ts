import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Histogram } from '../../../../src/protocol/histogram.ts';
import { Columns } from '../../../../webview/charts/columns.ts';
import { type Bar, barsOf, heatOf, strength } from '../../../../webview/charts/heat.ts';
import { begin, second } from './seconds.ts';

function columnsOf(...durations: readonly (readonly number[])[]): Columns {
  const columns = new Columns();
  columns.update(
    durations.map((ms, i) => second(i, { ms })),
    begin,
  );
  return columns;
}

/** Whether its first digits are 1, 1.5, 2, 3, 5 or 7. */
const isRound = (ms: number): boolean => /^(1|1\.5|2|3|5|7)e/.test(ms.toExponential());

describe('durations by column and range', () => {
  it('stand in rows of a quarter of an octave where there is room', () => {
    const heat = heatOf(columnsOf([1.05, 1.05, 4.3], [], [2.1]).all, 'messages', 40);
    assert.ok(heat);
    assert.deepEqual([heat.fineness, heat.lowest, heat.rows, heat.most], [4, 0, 9, 2]);
    assert.deepEqual([...heat.counts.subarray(0, 9)], [2, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual([...heat.counts.subarray(9, 18)], Array(9).fill(0));
    assert.equal(heat.counts[18 + 4], 1);
  });

  it('stand in fewer where there is less, and are all there', () => {
    const ms = [0.01, 0.5, 3, 77, 900, 30_000];
    for (const rows of [80, 40, 20, 10, 6]) {
      const heat = heatOf(columnsOf(ms, ms).all, 'messages', rows);
      assert.ok(heat !== null && heat.rows <= rows, `${String(heat?.rows)} of ${String(rows)}`);
      assert.equal(
        heat.counts.reduce((sum, count) => sum + count, 0),
        2 * ms.length,
      );
    }
  });

  it('are nothing where nothing was measured', () => {
    assert.equal(heatOf(columnsOf([], []).all, 'messages', 30), null);
    assert.equal(heatOf([], 'messages', 30), null);
    assert.deepEqual(barsOf(new Histogram(), 12), []);
  });

  it('are bars that follow each other and hold what lies between their bounds', () => {
    const duration = fc.double({ min: 0.002, max: 3_000_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 50 }), (durations) => {
        const histogram = new Histogram();
        for (const ms of durations) histogram.add(ms);
        const bars = barsOf(histogram, 12);
        assert.ok(bars.length <= 12);
        assert.equal(
          bars.reduce((sum, { count }) => sum + count, 0),
          durations.length,
        );
        for (const [i, { from }] of bars.entries()) if (i > 0) assert.equal(from, bars[i - 1]!.upTo);
        // Within what a histogram knows.
        assert.ok(bars[0]!.from <= Math.min(...durations) * 1.02);
        assert.ok(bars.every(({ from, upTo }) => isRound(from) && isRound(upTo)));
        assert.ok(bars.at(-1)!.upTo >= Math.max(...durations) * 0.98);
      }),
    );
  });

  it('are the same bars for all that are to be compared', () => {
    const [one, all] = [new Histogram(), new Histogram()];
    for (const ms of [1.2, 4, 80]) all.add(ms);
    one.add(4);
    const bounds = (bars: readonly Bar[]): number[] => bars.map(({ upTo }) => upTo);
    assert.deepEqual(bounds(barsOf(all, 6)), [2, 5, 10, 20, 50, 100]);
    assert.deepEqual(bounds(barsOf(one, 6, all)), bounds(barsOf(all, 6)));
    assert.deepEqual(
      barsOf(one, 6, all).map(({ count }) => count),
      [0, 1, 0, 0, 0, 0],
    );
    assert.deepEqual(bounds(barsOf(all, 4)), [3, 10, 30, 100]);
    assert.deepEqual(bounds(barsOf(all, 1)), [100]);
  });

  it('are drawn stronger the more they are, and the fewest are seen', () => {
    assert.equal(strength(0, 10), 0);
    assert.ok(strength(1, 1_000) >= 0.2);
    assert.ok(strength(10, 1_000) < strength(100, 1_000));
    assert.equal(strength(1_000, 1_000), 1);
    assert.equal(strength(1, 1), 1);
  });
});
