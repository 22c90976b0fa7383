import assert from 'node:assert/strict';
import { limits } from '../../../src/protocol/names.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('the end of a lease', () => {
  let rig: LibraryRig;
  let real: LibraryRig;
  before(async () => {
    [rig, real] = await Promise.all([LibraryRig.start({ movable: true }), LibraryRig.start()]);
  });
  beforeEach(() => {
    rig.fresh();
    real.fresh();
  });
  after(() => Promise.all([rig.dispose(), real.dispose()]));

  it('comes by the server’s own clock, with nobody doing anything (invariant 9)', async () => {
    const [first] = await real.hold('a', ['x'], 20);
    await real.gone('x');
    const [second] = await real.hold('b', ['x'], 20);
    assert.ok(second! > first!);
    await real.gone('x');
    await real.calls.reap(10);
    assert.deepEqual(await real.told(), ['claim a x', 'expire a x', 'claim b x', 'expire b x']);
    assert.deepEqual(await real.calls.renew('a', [['x', first!]]), ['x']);
  });

  it('is moved by each renewal and each further claim, and never nearer (invariant 9)', async () => {
    const [token] = await rig.hold('a', ['x'], 60_000);
    const left = (): Promise<number> => rig.client.pttl(rig.lock('x'));
    await rig.pass(50_000);
    assert.ok((await left()) <= 10_000);
    await rig.calls.renew('a', [['x', token!]]);
    assert.ok((await left()) > 50_000);
    assert.deepEqual(await rig.hold('a', ['x'], 1_000), [token]);
    assert.ok((await left()) > 50_000, 'a shorter time takes nothing away');
    assert.deepEqual(await rig.hold('a', ['x'], 120_000), [token]);
    assert.ok((await left()) > 110_000);
    await rig.hold('a', ['longest'], limits.ttl);
    assert.ok((await rig.client.pttl(rig.lock('longest'))) <= limits.ttl);
  });

  it('comes although somebody took the key’s expiry away, or made it longer (invariant 9)', async () => {
    const ways: Record<string, (key: string) => Promise<unknown>> = {
      PERSIST: (key) => rig.client.persist(key),
      EXPIRE: (key) => rig.client.expire(key, 86_400),
    };
    for (const [name, stretch] of Object.entries(ways)) {
      for (const next of ['claim', 'folder', 'reap', 'renew', 'waiter']) {
        rig.fresh();
        const [token] = await rig.hold('a', ['src/x'], 5_000);
        await stretch(rig.lock('src/x'));
        const waits = await rig.calls.claim('w', { resources: ['src/x'], ttlMs: 60_000, waitId: 'w' });
        assert.equal(
          waits.kind === 'denied' && waits.leftMs !== null && waits.leftMs <= 5_000,
          true,
          'as it really is',
        );
        if (next !== 'waiter') await rig.calls.cancel('w', 'w');
        await rig.pass(5_001);
        const title = `${name}, then ${next}`;
        if (next === 'claim') await rig.hold('b', ['src/x']);
        if (next === 'folder') await rig.hold('b', ['src/']);
        if (next === 'waiter') await rig.calls.reap(10);
        if (next === 'reap') {
          await rig.calls.reap(10);
          assert.equal(await rig.lockText('src/x'), null, title);
        }
        assert.deepEqual(await rig.calls.renew('a', [['src/x', token!]]), ['src/x'], title);
        assert.equal((await rig.told()).filter((line) => line === 'expire a src/x').length, 1, title);
        if (next === 'waiter') assert.equal((await rig.lease('src/x'))?.holder, 'w');
      }
    }
  });

  it('comes earlier where somebody made it so, which is told as what it is (invariant 9)', async () => {
    await rig.hold('a', ['x'], 60_000);
    await rig.client.expire(rig.lock('x'), 5);
    await rig.pass(6_000);
    await rig.hold('b', ['x']);
    const [entry] = (await rig.history()).filter(({ kind }) => kind === 'release');
    assert.match(entry!.data, /"agent":"a","resource":"x".*"reason":"deleted"/);
  });

  it('of many at once is told of each, however few a call looks after (invariants 3, 9)', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `src/${String(i)}`);
    await rig.hold('a', names, 5_000);
    await rig.pass(5_001);
    await rig.hold('b', ['src/']);
    await rig.calls.reap(1_000);
    const told = await rig.told();
    assert.deepEqual(
      told.filter((line) => line.startsWith('expire')).toSorted(),
      names.map((name) => `expire a ${name}`).toSorted(),
    );
    assert.equal(await rig.client.exists(rig.side('held:a')), 0);
    assert.deepEqual(await rig.client.zrange(rig.side('exp'), '0', '-1'), ['src/']);
  });
});
