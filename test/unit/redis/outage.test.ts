import assert from 'node:assert/strict';
import type { Reason } from '../../../src/protocol/reasons.ts';
import { Outage } from '../../../src/redis/outage.ts';

const unreachable: Reason = { code: 'unreachable', where: 'x' };
const silent: Reason = { code: 'timeout', where: 'x' };
const noTls: Reason = { code: 'tls-unwanted', where: 'x' };

describe('an outage', () => {
  it('is told once, and anew when it is another one', () => {
    const outage = new Outage();
    const told = ([unreachable, unreachable, silent, silent] as const).map((reason) => outage.add(reason, false));
    assert.deepEqual(told, ['connecting', null, 'connecting', null]);
  });

  it('is not told again by what follows from it', () => {
    const outage = new Outage();
    assert.equal(outage.add(noTls, false), 'refused');
    assert.equal(outage.add({ code: 'closed' }, false), null);
    assert.equal(outage.add(silent, false), null);
    assert.ok(outage.isRefused);
  });

  it('of a connection that was live is told whatever it is, and is a reconnection', () => {
    const outage = new Outage();
    outage.add(unreachable, false);
    outage.ended();
    assert.equal(outage.add({ code: 'closed' }, true), 'reconnecting');
    assert.equal(outage.add(unreachable, false), 'reconnecting');
    assert.equal(outage.add({ code: 'wrong-password' }, false), 'refused');
  });

  it('is looked at twice once for each kind, and only before the connection was ever live', () => {
    const outage = new Outage();
    outage.add(silent, false);
    assert.deepEqual([outage.deservesLook(silent), outage.deservesLook(silent)], [true, false]);
    assert.equal(outage.deservesLook(unreachable), false, 'it was not told');
    outage.ended();
    outage.add(unreachable, true);
    assert.equal(outage.deservesLook(unreachable), false);
  });
});
