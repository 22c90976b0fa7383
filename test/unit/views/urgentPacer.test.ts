import assert from 'node:assert/strict';
import { UrgentPacer } from '../../../src/views/urgentPacer.ts';
import { FakeClock } from '../../support/fakeClock.ts';

class Rig {
  readonly clock = new FakeClock();
  readonly #begin = this.clock.now();
  readonly drawn: number[] = [];
  /** Whether there is anything to draw. */
  isNews = true;
  readonly pacer = new UrgentPacer(this.clock, () => {
    if (this.isNews) this.drawn.push(this.clock.now() - this.#begin);
    return this.isNews;
  });
}

describe('the pace of what needs a person', () => {
  it('draws at once after a rest, and a new row as soon as VS Code takes it', () => {
    const { clock, drawn, pacer } = new Rig();
    pacer.request('row');
    clock.advance(20);
    pacer.request('row');
    pacer.request('row');
    clock.advance(1_000);
    assert.deepEqual(drawn, [0, 205]);
  });

  it('lets what is of no hurry wait, and draws it with the next that is', () => {
    const { clock, drawn, pacer } = new Rig();
    pacer.request('row');
    clock.advance(100);
    pacer.request('age');
    pacer.request('list');
    clock.advance(300);
    assert.deepEqual(drawn, [0]);
    pacer.request('row');
    assert.deepEqual(drawn, [0, 400]);
    clock.advance(60_000);
    assert.deepEqual(drawn, [0, 400]);
    pacer.request('age');
    assert.deepEqual(drawn, [0, 400, 60_400]);
    pacer.request('list');
    clock.advance(500);
    assert.deepEqual(drawn, [0, 400, 60_400, 60_900]);
  });

  it('rests only after it has drawn something', () => {
    const rig = new Rig();
    rig.isNews = false;
    rig.pacer.request('age');
    rig.isNews = true;
    rig.pacer.request('row');
    assert.deepEqual(rig.drawn, [0]);
  });

  it('draws nothing once it is disposed', () => {
    const { clock, drawn, pacer } = new Rig();
    pacer.request('row');
    pacer.request('row');
    pacer.dispose();
    clock.advance(10_000);
    assert.deepEqual(drawn, [0]);
  });
});
