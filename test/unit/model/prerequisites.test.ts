import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { decodeState } from '../../../src/protocol/decode.ts';
import type { WatchEvent } from '../../../src/protocol/status.ts';
import { FakeClock } from '../../support/fakeClock.ts';

function rig() {
  const model = new FleetModel({ clock: new FakeClock(), observerId: 'test' });
  const early: WatchEvent[] = [];
  model.onEvent((event) => event.kind === 'premature' && early.push(event));
  const publish = (agent_id: string, state: object): void => {
    const decoded = decodeState(JSON.stringify({ agent_id, state }));
    assert.ok(decoded.ok);
    model.apply({ kind: 'state', ns: '', message: decoded.value, held: false });
  };
  return { model, early, publish };
}

const build = (status: string) => ({ id: 'build', status, needs: ['parse', 'lint'] });

describe('a premature start', () => {
  it('is a task that is active before what it needs is done, told once', () => {
    const { model, early, publish } = rig();
    assert.equal(model.measuresPremature, false);
    publish('a', { ver: 1, task: 'parse', status: 'working' });
    publish('b', { ver: 1, tasks: [build('pending')] });
    assert.equal(model.measuresPremature, true);
    assert.equal(model.counts.premature, 0);
    publish('b', { ver: 2, tasks: [build('running')] });
    publish('b', { ver: 3, tasks: [build('running')] });
    assert.equal(model.counts.premature, 1);
    assert.deepEqual(
      early.map(({ agent, resource, reason }) => [agent, resource, reason]),
      [['b', 'build', 'began before parse was done']],
    );
  });

  it('is not one whose needs are done, nor one of whose needs nobody ever spoke', () => {
    const { model, publish } = rig();
    publish('a', { ver: 1, task: 'parse', status: 'completed' });
    publish('b', { ver: 1, tasks: [build('running')] });
    assert.equal(model.counts.premature, 0);
  });

  it('is one that needs what failed, and one that begins a second time', () => {
    const { model, publish } = rig();
    publish('a', { ver: 1, tasks: [{ id: 'parse', status: 'failed' }] });
    publish('b', { ver: 1, tasks: [build('running')] });
    publish('b', { ver: 2, tasks: [build('pending')] });
    publish('b', { ver: 3, tasks: [build('running')] });
    assert.equal(model.counts.premature, 2);
  });

  it('cannot be made of anything that is no task', () => {
    const { model, publish } = rig();
    const tasks = [
      null,
      3,
      'x',
      [],
      {},
      { id: {} },
      { id: 'y', status: {}, needs: 'z' },
      { id: 'y', needs: [null, {}] },
    ];
    publish('a', { ver: 1, tasks });
    publish('a', { ver: 2, tasks: { length: 3 } });
    assert.equal(model.counts.premature, 0);
    assert.equal(model.measuresPremature, false);
  });
});
