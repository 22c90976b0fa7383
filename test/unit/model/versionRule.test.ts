import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { decodeState } from '../../../src/protocol/decode.ts';
import { compareVersion } from '../../../src/protocol/version.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const newModel = (clock = new FakeClock()): FleetModel => new FleetModel({ clock, observerId: 'test' });

function publish(model: FleetModel, id: string, state: object, extra: object = {}): void {
  const decoded = decodeState(JSON.stringify({ agent_id: id, ...extra, state }));
  assert.ok(decoded.ok);
  model.apply({ kind: 'state', ns: '', message: decoded.value, held: false });
}

describe('the version rule', () => {
  it('orders by epoch first, then by version, and takes a missing one as 0', () => {
    assert.equal(compareVersion({ epoch: 1, ver: 9 }, { epoch: 2, ver: 0 }), 'new-epoch');
    assert.equal(compareVersion({ epoch: 2, ver: 0 }, { epoch: 1, ver: 9 }), 'older');
    assert.equal(compareVersion({ epoch: 1, ver: 3 }, { epoch: 1, ver: 4 }), 'newer');
    assert.equal(compareVersion({ epoch: 1, ver: 3 }, { epoch: 1, ver: 3 }), 'equal');
    assert.equal(compareVersion({ epoch: 1, ver: 3 }, { epoch: 1, ver: null }), 'older');
    assert.equal(compareVersion({ epoch: 1, ver: 0 }, { epoch: 1, ver: null }), 'equal');
    assert.equal(compareVersion({ epoch: 1, ver: null }, { epoch: 1, ver: null }), 'newer');
  });

  it('ends at the highest (epoch, ver) in any order of arrival (invariant 1)', () => {
    const version = fc.tuple(fc.nat(4), fc.nat(6));
    const sent = fc.uniqueArray(version, { minLength: 1, maxLength: 20, selector: ([e, v]) => `${e}.${v}` });
    const arrivals = sent.chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }));
    fc.assert(
      fc.property(arrivals, (messages) => {
        const model = newModel();
        let highest: readonly [number, number] = [-1, -1];
        let stale = 0;
        for (const [epoch, ver] of messages) {
          publish(model, 'a', { ver, mark: `${epoch}.${ver}` }, { epoch });
          if (epoch > highest[0] || (epoch === highest[0] && ver > highest[1])) highest = [epoch, ver];
          else stale++;
          const agent = model.agents[0]!;
          assert.deepEqual([agent.epoch, agent.ver], highest);
          assert.equal(agent.state['mark'], highest.join('.'));
        }
        assert.equal(model.counts.stale, stale);
        assert.equal(model.agents[0]!.stale, stale);
      }),
      { numRuns: 500 },
    );
  });

  it('merges within an epoch, as plain agents do, and starts empty in a new one', () => {
    const model = newModel();
    publish(model, 'a', { ver: 1, task: 'x', status: 'working' });
    publish(model, 'a', { ver: 2, status: 'done' });
    assert.deepEqual(model.agents[0]!.state, { ver: 2, task: 'x', status: 'done' });
    assert.deepEqual([model.agents[0]!.task, model.agents[0]!.status], ['x', 'done']);
    publish(model, 'a', { ver: 1, status: 'working' }, { epoch: 1 });
    assert.deepEqual(model.agents[0]!.state, { ver: 1, status: 'working' });
    assert.equal(model.agents[0]!.task, null);
  });

  it('takes an equal version with equal content as a sign of life, with other content as a divergence', () => {
    const clock = new FakeClock();
    const model = newModel(clock);
    publish(model, 'a', { ver: 1, status: 'done' });
    clock.advance(1_000);
    publish(model, 'a', { status: 'done', ver: 1 });
    assert.equal(model.agents[0]!.seenAt, clock.now());
    assert.equal(model.counts.stale + model.counts.divergent, 0);
    publish(model, 'a', { ver: 1, status: 'failed' });
    assert.equal(model.counts.divergent, 1);
    assert.equal(model.agents[0]!.status, 'done');
    assert.equal(model.attention[0]!.kind, 'conflict');
  });

  it('applies unversioned updates in order of arrival', () => {
    const model = newModel();
    publish(model, 'a', { status: 'working' });
    publish(model, 'a', { status: 'done' });
    publish(model, 'a', { status: 'working' });
    assert.equal(model.agents[0]!.status, 'working');
    assert.equal(model.counts.stale, 0);
    publish(model, 'a', { ver: 5, status: 'done' });
    publish(model, 'a', { status: 'working' });
    assert.equal(model.agents[0]!.status, 'done');
    assert.equal(model.counts.stale, 1);
  });

  it('does not let what was stored replace what is newer, nor count it', () => {
    const model = newModel();
    publish(model, 'a', { ver: 5, status: 'done' });
    const stored = decodeState('{"agent_id":"a","state":{"ver":3,"status":"working"}}');
    assert.ok(stored.ok);
    model.apply({ kind: 'stored', ns: '', message: stored.value });
    assert.equal(model.agents[0]!.ver, 5);
    assert.equal(model.counts.stale, 0);
  });

  it('takes a lower version of an agent given up for dead as a new run', () => {
    const clock = new FakeClock();
    const model = newModel(clock);
    publish(model, 'a', { ver: 9, status: 'working', task: 'old' });
    publish(model, 'a', { ver: 1 });
    assert.equal(model.counts.stale, 1);
    clock.advance(600_000);
    model.tick();
    assert.equal(model.agents[0]!.liveness, 'dead');
    publish(model, 'a', { ver: 1, status: 'working' });
    const agent = model.agents[0]!;
    assert.deepEqual([agent.ver, agent.epoch, agent.liveness, agent.task], [1, 1, 'working', null]);
    publish(model, 'a', { ver: 2, status: 'done' });
    assert.deepEqual([model.agents[0]!.ver, model.agents[0]!.epoch], [2, 1]);
  });

  it('asks for attention after five stale updates in a row, and opens a new run when told to', () => {
    const model = newModel();
    publish(model, 'a', { ver: 9 });
    for (let ver = 0; ver < 5; ver++) publish(model, 'a', { ver });
    assert.deepEqual(
      model.attention.map((item) => item.kind),
      ['restarted'],
    );
    assert.ok(model.acceptNewRun('', 'a'));
    assert.equal(model.attention.length, 0);
    // A reconnect reads the old run's state again, which is not the new run.
    const stored = decodeState('{"agent_id":"a","state":{"ver":9}}');
    assert.ok(stored.ok);
    model.apply({ kind: 'stored', ns: '', message: stored.value });
    publish(model, 'a', { ver: 5, status: 'working' });
    assert.deepEqual([model.agents[0]!.ver, model.agents[0]!.epoch], [5, 1]);
  });

  it('never lets an older epoch of the wire in as a new run, nor the shown epoch run back', () => {
    const model = newModel();
    publish(model, 'a', { ver: 1 }, { epoch: 5 });
    model.acceptNewRun('', 'a');
    publish(model, 'a', { ver: 60 }, { epoch: 4 });
    assert.deepEqual([model.agents[0]!.ver, model.counts.stale], [1, 1]);
    publish(model, 'a', { ver: 0 }, { epoch: 5 });
    const opened = model.agents[0]!.epoch;
    publish(model, 'a', { ver: 0 }, { epoch: 6 });
    assert.ok(model.agents[0]!.epoch > opened);
  });

  it('does not believe a slow clock that an agent is dead', () => {
    const clock = new FakeClock();
    const model = newModel(clock);
    const stored = decodeState(`{"agent_id":"a","ts":${clock.now() - 900_000},"state":{"ver":10}}`);
    assert.ok(stored.ok);
    model.apply({ kind: 'stored', ns: '', message: stored.value });
    assert.equal(model.agents[0]!.liveness, 'dead');
    publish(model, 'a', { ver: 7 });
    assert.deepEqual([model.agents[0]!.ver, model.counts.stale], [10, 1]);
  });

  it('takes a missing version and a 0 for the same', () => {
    const model = newModel();
    publish(model, 'a', { ver: 0, status: 'done' });
    publish(model, 'a', { status: 'done' });
    assert.equal(model.counts.divergent, 0);
  });
});
