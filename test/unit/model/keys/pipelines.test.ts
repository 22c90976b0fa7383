import assert from 'node:assert/strict';
import { FleetModel } from '../../../../src/model/fleetModel.ts';
import type { WatchEvent } from '../../../../src/protocol/status.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

/** Statuses of the steps of one pipeline, as a sweep meets them. */
type Statuses = Readonly<Record<string, string>>;

function rig() {
  const model = new FleetModel({ clock: new FakeClock(), observerId: 'test' });
  const early: WatchEvent[] = [];
  model.onEvent((event) => event.kind === 'premature' && early.push(event));
  const see = (statuses: Statuses, complete = true): void => {
    const keys = Object.entries(statuses).map(([step, text]) => ({
      ...({ role: 'pipeline', isGeneric: false, type: 'string', ttlMs: null, bytes: null, entries: [] } as const),
      ...{ name: `pipeline:${step}:status`, size: text.length, text },
    }));
    model.apply({ kind: 'keys', ns: 'shop:', keys, complete });
  };
  return { model, early, see };
}

describe('a step of a pipeline that begins too early', () => {
  it('is a premature start, told once with its key', () => {
    const { model, early, see } = rig();
    see({});
    assert.equal(model.measuresPremature, false);
    see({ step1: 'running', step2: 'waiting' });
    assert.equal(model.measuresPremature, true);
    assert.equal(model.counts.premature, 0);
    see({ step1: 'running', step2: 'active' });
    see({ step1: 'running', step2: 'active' });
    assert.equal(model.counts.premature, 1);
    assert.deepEqual(
      early.map(({ ns, agent, resource, reason }) => [ns, agent, resource, reason]),
      [['shop:', null, 'pipeline:step2:status', 'began before step1 was done']],
    );
  });

  it('counts anew when it begins anew', () => {
    const { model, see } = rig();
    see({});
    see({ step1: 'running', step2: 'running' });
    see({ step1: 'running', step2: 'waiting' });
    see({ step1: 'running', step2: 'running' });
    assert.equal(model.counts.premature, 2);
  });

  it('is none that was met in the middle, nor one whose predecessor is done or unknown', () => {
    const { model, see } = rig();
    see({ step1: 'running', step2: 'running' });
    see({ step1: 'completed', step2: 'completed', step3: 'running' });
    see({ step3: 'waiting' });
    see({ step3: 'running' });
    assert.equal(model.counts.premature, 0);
  });

  it('is none that had begun when the step before it was run once more', () => {
    const { model, see } = rig();
    see({});
    see({ step1: 'completed', step2: 'waiting' });
    see({ step1: 'completed', step2: 'running' });
    see({ step1: 'running', step2: 'running' });
    assert.equal(model.counts.premature, 0);
  });

  it('is seen also where there are more keys than are read, if it was known before', () => {
    const { model, see } = rig();
    see({ step1: 'running', step2: 'waiting' }, false);
    see({ step1: 'running', step2: 'running', step3: 'running' }, false);
    assert.equal(model.counts.premature, 1);
  });
});
