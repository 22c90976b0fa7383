import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countBounds, logBounds, logMarks, lonely } from '../../../../webview/charts/scales.ts';

describe('axes', () => {
  it('of durations hold all of them between round values, a decade at least', () => {
    assert.deepEqual(logBounds(1.2, 48), [1, 50]);
    assert.deepEqual(logBounds(3, 4), [1, 10]);
    assert.deepEqual(logBounds(null, null), [0.1, 100]);
    const duration = fc.double({ min: 0.001, max: 3_600_000, noNaN: true });
    fc.assert(
      fc.property(duration, duration, (a, b) => {
        const [low, high] = logBounds(Math.min(a, b), Math.max(a, b));
        assert.ok(low <= Math.min(a, b) && high >= Math.max(a, b) && high / low >= 10);
        const marks = logMarks(low, high, 6);
        assert.ok(marks.length >= 2 && marks.length <= 6, String(marks));
      }),
    );
  });

  it('of durations are marked at round values, and at fewer of them the further they reach', () => {
    assert.deepEqual(logMarks(1, 20, 6), [1, 2, 5, 10, 20]);
    assert.deepEqual(logMarks(1, 1_000, 6), [1, 10, 100, 1_000]);
    assert.deepEqual(logMarks(0.001, 1e6, 5), [0.001, 0.1, 10, 1_000, 100_000]);
  });

  it('of counts begin at 0 and end at a round one', () => {
    assert.deepEqual(countBounds(13, 4), [0, 20]);
    assert.deepEqual(countBounds(3, 4), [0, 4]);
    assert.deepEqual(countBounds(null, 1), [0, 1]);
    assert.deepEqual(countBounds(100, 4), [0, 100]);
  });

  it('know the values that a line would not show', () => {
    assert.deepEqual(lonely([1, null, 2, null, 3, 4, null, undefined, 5]), [0, 2, 8]);
    assert.deepEqual(lonely([]), []);
  });
});
