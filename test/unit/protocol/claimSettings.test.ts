import assert from 'node:assert/strict';
import { agentsMaxOf, claimTimeOf } from '../../../src/protocol/claimSettings.ts';

describe('how many agents there may be', () => {
  it('is a whole number from 1, and nothing else', () => {
    assert.deepEqual([1, 200, 99_999].map(agentsMaxOf), [1, 200, 10_000]);
    for (const odd of [0, -1, 1.5, NaN, Infinity, '200', true, null]) assert.equal(agentsMaxOf(odd), null, String(odd));
  });
});

describe('the times of claims', () => {
  it('are what the protocol takes for a duration, or ms', () => {
    assert.equal(claimTimeOf('claims.ttl', '90s'), 90_000);
    assert.equal(claimTimeOf('claims.keep', ' 10m '), 600_000);
    assert.equal(claimTimeOf('claims.yieldAfter', 2_500), 2_500);
    assert.equal(claimTimeOf('claims.yieldAfter', '0'), 0);
  });

  it('are kept within what agents take', () => {
    assert.equal(claimTimeOf('claims.wait', '5m'), 50_000);
    assert.equal(claimTimeOf('claims.ttl', '1ms'), 1_000);
    assert.equal(claimTimeOf('claims.keep', '999h'), 86_400_000);
  });

  it('are none where they are no times', () => {
    for (const odd of ['soon', '', '-5s', -1, NaN, Infinity, true, null, {}, '1.5s']) {
      assert.equal(claimTimeOf('claims.ttl', odd), null, JSON.stringify(odd));
    }
  });
});
