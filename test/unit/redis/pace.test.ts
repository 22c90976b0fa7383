import assert from 'node:assert/strict';
import fc from 'fast-check';
import { restAfter } from '../../../src/redis/keys/pace.ts';

describe('the rest between sweeps', () => {
  for (const [keys, tookMs, isTold, rest] of [
    [0, 0, false, 1_000],
    [1_000, 20, false, 1_000],
    [100_000, 30, false, 4_000],
    [100_000, 520, false, 6_000],
    [1_000_000, 500, false, 40_000],
    [1_010_000, 500, false, 45_000],
    [5_000_000, 3_000, false, 210_000],
    [100_000_000, 60_000, false, 300_000],
    [1_000, 20, true, 30_000],
    [1_000_000, 500, true, 40_000],
  ] as const) {
    it(`of ${String(keys)} keys that took ${String(tookMs)} ms${isTold ? ', where changes are told' : ''}: ${String(rest)} ms`, () => {
      assert.equal(restAfter({ keys, tookMs, isTold }), rest);
    });
  }

  it('never costs the server more than a tenth of its time up to half a minute of sweeping, nor grows shorter with more keys', () => {
    fc.assert(
      fc.property(fc.nat(20_000_000), fc.nat(30_000), fc.boolean(), (keys, tookMs, isTold) => {
        const rest = restAfter({ keys, tookMs, isTold });
        assert.ok(rest >= tookMs * 10);
        assert.ok(restAfter({ keys: keys + 1_000, tookMs, isTold }) >= rest);
      }),
    );
  });
});
