import assert from 'node:assert/strict';
import { blankStatus } from '../../../src/model/blank.ts';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { FakeClock } from '../../support/fakeClock.ts';

describe('a status before there is a picture', () => {
  it('is that of an empty picture', () => {
    const clock = new FakeClock();
    const since = clock.now();
    const model = new FleetModel({ clock, observerId: 'o', since });
    assert.deepEqual(blankStatus({ id: 'o', since }, clock.now()), model.status());
  });
});
