import assert from 'node:assert/strict';
import { Pacer } from '../../../src/views/pacer.ts';
import { FakeClock } from '../../support/fakeClock.ts';

describe('Pacer', () => {
  it('runs the first at once and then at most once in each stretch', () => {
    const clock = new FakeClock();
    let runs = 0;
    const pacer = new Pacer(clock, 250, () => runs++);
    pacer.request();
    assert.equal(runs, 1);
    for (let n = 0; n < 100; n++) {
      pacer.request();
      clock.advance(10);
    }
    assert.equal(runs, 5);
    clock.advance(1000);
    assert.equal(runs, 5);
    pacer.request();
    assert.equal(runs, 6);
  });

  it('does nothing once disposed', () => {
    const clock = new FakeClock();
    let runs = 0;
    const pacer = new Pacer(clock, 250, () => runs++);
    pacer.request();
    pacer.request();
    pacer.dispose();
    clock.advance(1000);
    assert.equal(runs, 1);
  });
});
