import assert from 'node:assert/strict';
import { QueueRates } from '../../../../src/model/record/queueRates.ts';

const queue = (waiting: number) =>
  ({ key: 'q', ns: '', name: 'q', kind: 'list', waiting, active: null, failed: null, oldestMs: null }) as const;

/** A look at the one queue there is. */
function look(rates: QueueRates, waiting: number, now: number): number {
  const done = rates.follow(queue(waiting), now);
  rates.looked('', now);
  return done;
}

describe('the rates of queues', () => {
  it('are of what queues became shorter by, and never of what came', () => {
    const rates = new QueueRates();
    assert.deepEqual(
      [10, 8, 20, 15].map((waiting, i) => look(rates, waiting, i * 1_000)),
      [0, 2, 0, 5],
    );
    assert.equal(rates.perSecond('q', 3_500), 2);
    assert.equal(rates.perSecond('other', 3_500), 0);
  });

  it('are over the last minute', () => {
    const rates = new QueueRates();
    look(rates, 1_000, 0);
    for (let i = 1; i <= 200; i++) look(rates, 1_000 - 3 * i, i * 1_000);
    assert.equal(rates.perSecond('q', 200_000), 3);
    assert.equal(rates.perSecond('q', 230_000), 1.5);
    assert.equal(rates.perSecond('q', 260_000), 0);
  });

  it('begin anew with a queue that was forgotten', () => {
    const rates = new QueueRates();
    look(rates, 10, 0);
    rates.forget('q');
    assert.equal(look(rates, 0, 1_000), 0);
  });

  it('leave out what was done while nobody looked, and begin anew after it', () => {
    const rates = new QueueRates();
    look(rates, 100, 0);
    assert.equal(look(rates, 99, 1_000), 1);
    rates.lostSight();
    // The first look after it need not find another length, and then the queue is not followed.
    rates.looked('', 3_000);
    assert.deepEqual([look(rates, 98, 4_000), rates.perSecond('q', 4_000)], [1, 1]);
    assert.deepEqual([look(rates, 60, 20_000), rates.perSecond('q', 20_000)], [0, 0]);
    assert.equal(look(rates, 59, 21_000), 1);
  });

  it('go on where looks are far apart because each takes long', () => {
    const rates = new QueueRates();
    const done = [100, 90, 80, 70, 60].map((waiting, i) => look(rates, waiting, i * 11_000));
    assert.deepEqual(done, [0, 0, 10, 10, 10]);
  });

  it('tell numbers whatever the clock says', () => {
    const rates = new QueueRates();
    rates.follow(queue(10), 0);
    for (const at of [Number.NaN, -5, 1e300, Infinity, 0]) {
      look(rates, 20, at);
      look(rates, 1, at);
      assert.ok(rates.perSecond('q', at) >= 0);
    }
  });
});
