import assert from 'node:assert/strict';
import { historyKey, seqKey } from '../../../src/protocol/names.ts';
import { assertConsecutive, LibraryRig } from '../../support/libraryRig.ts';

const most = Number.MAX_SAFE_INTEGER;

describe('a namespace in which others have written', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const claim = (agent: string, ...resources: string[]): Promise<string[]> =>
    rig.call('claim', resources, agent, 60_000, '', '');

  it('gives nothing back to a parent that somebody has claimed since: the child’s lock was deleted (invariant 2)', async () => {
    const [parent] = await rig.hold('a', ['src/']);
    await rig.hold('a/1', ['src/'], 1_000);
    await rig.client.del(rig.lock('src/'));
    await rig.hold('b', ['src/a.ts']);
    await rig.pass(2_000);
    await rig.call('reap', [], 10);
    assert.equal(await rig.lease('src/'), null);
    assert.equal((await rig.lease('src/a.ts'))?.holder, 'b');
    assert.deepEqual(await rig.call('renew', ['src/'], 'a', parent!), ['OK', '0', 'src/']);
    assertConsecutive(await rig.history());
  });

  it('gives nothing back to a parent that somebody has claimed since: the deadlines were lost (invariant 2)', async () => {
    await rig.hold('a', ['src/']);
    await rig.hold('a/1', ['src/'], 1_000);
    await rig.client.del(rig.side('exp'));
    await rig.pass(2_000);
    await rig.hold('b', ['src/a.ts']);
    await rig.call('observe', ['src/'], 'supervisor');
    assert.equal(await rig.lease('src/'), null);
    assert.equal((await rig.lease('src/a.ts'))?.holder, 'b');
  });

  it('gives back what only a raw lock or the parent’s own family stands below', async () => {
    await rig.hold('a', ['src/']);
    await rig.hold('a/1', ['src/'], 1_000);
    await rig.hold('a/1/1', ['src/a.ts']);
    await rig.client.set(rig.lock('src/b.ts'), 'agent-7');
    await rig.call('observe', ['src/b.ts'], 'supervisor');
    await rig.pass(2_000);
    await rig.call('reap', [], 10);
    assert.equal((await rig.lease('src/'))?.holder, 'a');
  });

  it('has a number that nobody can count on from: a call is refused, and changes nothing (invariant 7)', async () => {
    for (const seq of [most - 1, most, `${most - 2}3`, '9'.repeat(16), '9'.repeat(20), '-5', 'x', '']) {
      rig.fresh();
      await rig.client.set(rig.key(seqKey), seq);
      await rig.refuses(() => claim('a', 'x', 'y', 'z'), /ERR signalbox: the key .*agent:seq is no number to count on/);
      assert.equal((await rig.calls.snapshot('0', 10)).seq, 0);
    }
    for (const id of [`${most - 1}-0`, `${most}-0`, '18446744073709551615-0']) {
      rig.fresh();
      await rig.client.xadd(rig.key(historyKey), id, 'x', 'y');
      await rig.refuses(() => claim('a', 'x', 'y', 'z'), /ERR signalbox: the history .* from the far future/);
    }
  });

  it('has a length of the history that is none: the usual one holds, and the call goes on (invariant 7)', async () => {
    for (const length of ['nan', '-nan', 'inf', '-inf', '-1', '1e999', 'x', '', '0x10']) {
      rig.fresh();
      await rig.client.hset(rig.key('agent:config'), 'history', length);
      await rig.client.set(rig.key(seqKey), 199);
      assert.equal((await claim('a', 'x'))[0], 'OK', length);
    }
  });

  it('has more who wait than there can be: they are let go, and no call fails (invariants 6, 8)', async () => {
    const pipeline = rig.client.pipeline();
    const text = JSON.stringify({ agent: 'w', resources: ['x'], heard: 1e300 });
    for (let i = 0; i < 9_000; i++) {
      pipeline.zadd(rig.side('queue'), i, `w${String(i)}`).set(rig.side(`waiter:w${String(i)}`), text, 'PX', 60_000);
    }
    await pipeline.exec();
    const long = JSON.stringify({ agent: 'w', resources: Array.from({ length: 9_000 }, () => 'y'), heard: 1e300 });
    await rig.client.set(rig.side('waiter:long'), long);
    await rig.client.zadd(rig.side('queue'), -1, 'long');
    assert.equal((await claim('a', 'y'))[0], 'OK', 'nobody waits for more than a call takes');
    await rig.call('release_all', [], 'a');
    await rig.call('reap', [], 10);
    await rig.calls.snapshot('0', 10);
    for (let i = 0; i < 10; i++) {
      await rig.pass(11_000);
      await rig.call('reap', [], 10);
    }
    await rig.until('all have gone', async () => {
      await rig.call('reap', [], 10);
      return (await rig.client.zcard(rig.side('queue'))) === 0;
    });
    assert.equal((await claim('a', 'x'))[0], 'OK');
  });

  it('has no cursor that only looks like one', async () => {
    for (const cursor of [`s${'9'.repeat(20)}`, `c${'9'.repeat(30)}`]) {
      await rig.refuses(() => rig.call('snapshot', [], cursor, 10), /ERR signalbox: .* is no cursor/);
    }
  });
});
