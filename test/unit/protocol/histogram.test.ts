import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accuracy, bucketOf, boundsOf, Histogram, lastBucket, valueOf } from '../../../src/protocol/histogram.ts';

/** Durations from a microsecond to an hour, each power of ten as likely as the next. */
const durations = fc.array(
  fc.double({ min: -3, max: 6.5, noNaN: true }).map((power) => 10 ** power),
  { maxLength: 300 },
);

function histogramOf(all: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const ms of all) histogram.add(ms);
  return histogram;
}

describe('a histogram', () => {
  it('merged from parts is that of all together, however it was divided', () => {
    fc.assert(
      fc.property(fc.array(durations, { maxLength: 8 }), (parts) => {
        const merged = new Histogram();
        for (const part of parts) merged.merge(histogramOf(part).pairs());
        const whole = histogramOf(parts.flat());
        assert.deepEqual(merged.pairs(), whole.pairs());
        assert.equal(merged.total, parts.flat().length);
      }),
    );
  });

  it('has each percentile within its accuracy of the exact one by the nearest rank', () => {
    fc.assert(
      fc.property(durations, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (all, parts) => {
        const sorted = all.toSorted((a, b) => a - b);
        const inOrder = parts.toSorted((a, b) => a - b);
        const told = histogramOf(all).quantiles(inOrder);
        inOrder.forEach((part, i) => {
          if (all.length === 0) return assert.equal(told[i], null);
          const exact = sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1]!;
          // The rounding of logarithms is added to what the buckets allow.
          assert.ok(Math.abs(told[i]! - exact) <= exact * (accuracy + 1e-9), `${told[i]} for ${exact}`);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('has buckets that follow each other without a gap, and a value in the middle of each', () => {
    for (let bucket = 1; bucket <= lastBucket; bucket++) {
      const [above, upTo] = boundsOf(bucket);
      assert.equal(boundsOf(bucket - 1)[1], above);
      assert.ok(above < valueOf(bucket) && valueOf(bucket) < upTo);
      assert.equal(bucketOf(valueOf(bucket)), bucket);
    }
  });

  it('takes what is no duration as the fastest or the slowest that it has', () => {
    for (const ms of [Number.NaN, -1, 0, -Infinity, 1e-300]) assert.equal(bucketOf(ms), 0);
    for (const ms of [Infinity, 1e300, 3_600_001_000]) assert.equal(bucketOf(ms), lastBucket);
    assert.ok(valueOf(lastBucket) > 3_500_000);
  });

  it('is empty once it was cleared', () => {
    const histogram = histogramOf([1, 2, 3]);
    histogram.clear();
    assert.deepEqual([histogram.total, histogram.size, histogram.quantile(0.5)], [0, 0, null]);
  });
});
