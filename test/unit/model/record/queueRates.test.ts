import assert from 'node:assert/strict';
import { QueueRates } from '../../../../src/model/record/queueRates.ts';

const queue = (waiting: number) =>
  ({ key: 'q', ns: '', name: 'q', kind: 'list', waiting, active: null, failed: null, oldestMs: null }) as const;

describe('the rates of queues', () => {
  it('are of what queues became shorter by, and never of what came', () => {
    const rates = new QueueRates();
    assert.deepEqual(
      [10, 8, 20, 15].map((waiting, i) => rates.follow(queue(waiting), i * 1_000)),
      [0, 2, 0, 5],
    );
    assert.equal(rates.perSecond('q', 3_500), 2);
    assert.equal(rates.perSecond('other', 3_500), 0);
  });

  it('are over the last minute', () => {
    const rates = new QueueRates();
    rates.follow(queue(1_000), 0);
    for (let i = 1; i <= 200; i++) rates.follow(queue(1_000 - 3 * i), i * 1_000);
    assert.equal(rates.perSecond('q', 200_000), 3);
    assert.equal(rates.perSecond('q', 230_000), 1.5);
    assert.equal(rates.perSecond('q', 260_000), 0);
  });

  it('begin anew with a queue that was forgotten', () => {
    const rates = new QueueRates();
    rates.follow(queue(10), 0);
    rates.forget('q');
    assert.equal(rates.follow(queue(0), 1_000), 0);
  });

  it('tell numbers whatever the clock says', () => {
    const rates = new QueueRates();
    rates.follow(queue(10), 0);
    for (const at of [Number.NaN, -5, 1e300, Infinity, 0]) {
      rates.follow(queue(20), at);
      rates.follow(queue(1), at);
      assert.ok(rates.perSecond('q', at) >= 0);
    }
  });
});
