import assert from 'node:assert/strict';
import type { ClaimReply, Denied } from '../../../src/redis/library/calls.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('claims within a family', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const ask = (agent: string, resource: string): Promise<ClaimReply> =>
    rig.calls.claim(agent, { resources: [resource], ttlMs: 60_000 });
  const take = async (agent: string, resource = 'x', ttlMs = 60_000): Promise<number> =>
    (await rig.hold(agent, [resource], ttlMs))[0]!;
  const isDenied = async (agent: string, resource: string, by: string): Promise<void> => {
    const reply = (await ask(agent, resource)) as Denied;
    assert.deepEqual([reply.kind, reply.holder], ['denied', by], `${agent} wants ${resource}`);
  };
  const renews = async (agent: string, token: number, resource = 'x'): Promise<boolean> =>
    (await rig.calls.renew(agent, [[resource, token]])).length === 0;
  const releases = async (agent: string, token: number, resource = 'x'): Promise<boolean> =>
    (await rig.calls.release(agent, [[resource, token]]))[0]!;
  const holder = async (resource = 'x'): Promise<string | undefined> => (await rig.lease(resource))?.holder;

  it('pass from a parent to its child with a new token, and back with another (invariant 2)', async () => {
    const first = await take('a');
    const child = await take('a/1');
    assert.ok(child > first);
    assert.ok(await renews('a', first), 'the parent goes on renewing with the token it had');
    assert.equal(await holder(), 'a/1');
    assert.ok(await releases('a/1', child));
    const back = (await rig.lease('x'))!;
    assert.ok(back.holder === 'a' && back.token > child);
    assert.ok(!(await renews('a/1', child)), 'the child has lost it');
    assert.ok((await renews('a', first)) && (await renews('a', back.token)), 'both of its tokens are good');
    assert.ok(await releases('a', first));
    assert.equal(await holder(), undefined);
    const told = await rig.told();
    assert.deepEqual(told, ['claim a x', 'transfer a/1 x', 'transfer a x', 'renew a x', 'renew a x', 'release a x']);
  });

  it('pass from child to child by way of the parent, who keeps its first token (invariant 2)', async () => {
    const first = await take('a');
    let last = first;
    for (const child of ['a/1', 'a/2', 'a/1', 'a/3']) {
      const token = await take(child);
      assert.ok(token > last);
      assert.ok(await renews('a', first));
      assert.ok(await releases(child, token));
      const lease = (await rig.lease('x'))!;
      assert.ok(lease.holder === 'a' && lease.token > token);
      assert.ok(await renews('a', first), `after ${child}`);
      last = lease.token;
    }
    assert.ok(await releases('a', first));
    assert.equal(await holder(), undefined);
  });

  it('come back when the child loses it, if the parent’s time has not come (invariants 2, 9)', async () => {
    const first = await take('a', 'x', 60_000);
    await take('a/1', 'x', 5_000);
    await rig.pass(6_000);
    await isDenied('b', 'x', 'a');
    assert.ok(await renews('a', first));
    await take('a/1', 'x', 5_000);
    await rig.pass(61_000);
    assert.equal((await ask('b', 'x')).kind, 'granted', 'neither of them has time left');
    assert.ok(!(await renews('a', first)));
  });

  it('do not come back to a parent that has let go, or whose time has come (invariants 2, 9)', async () => {
    const first = await take('a');
    const child = await take('a/1');
    assert.ok(await releases('a', first));
    assert.ok(!(await releases('a', first)), 'it is gone');
    assert.equal(await holder(), 'a/1');
    assert.ok(await releases('a/1', child));
    assert.equal(await holder(), undefined);
    const early = await take('a', 'y', 5_000);
    const longer = await take('a/1', 'y', 60_000);
    await rig.pass(6_000);
    assert.ok(!(await renews('a', early, 'y')), 'what is over is not prolonged');
    assert.ok(await releases('a/1', longer, 'y'));
    assert.equal(await holder('y'), undefined);
  });

  it('come back also when many end at once, before anybody else is let in (invariant 2)', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `src/${String(i)}.ts`);
    await rig.hold('a', names, 60_000);
    await rig.hold('a/1', names, 5_000);
    await rig.hold('a', ['lib/'], 60_000);
    await rig.hold('a/1', ['lib/'], 5_500);
    await rig.pass(6_000);
    await isDenied('b', 'lib/x.ts', 'a');
    await isDenied('b', 'src/', 'a');
    await isDenied('b', './', 'a');
    await rig.calls.reap(100);
    for (const name of names) assert.equal(await holder(name), 'a');
    assert.equal((await rig.told()).filter((line) => line.startsWith('expire a/1')).length, 31);
  });

  it('stop the brothers and sisters, the parent, and strangers (invariant 2)', async () => {
    await take('a');
    await take('a/1');
    await isDenied('a/2', 'x', 'a/1');
    await isDenied('a', 'x', 'a/1');
    await isDenied('b', 'x', 'a/1');
    await isDenied('ab', 'x', 'a/1');
    await take('ab', 'y');
    await isDenied('a', 'y', 'ab');
    await isDenied('a/1', 'y', 'ab');
    await isDenied('a/b', 'y', 'ab');
  });

  it('nest: a grandchild takes over from its parent or grandparent, and it goes back step by step (invariant 2)', async () => {
    const one = await take('a');
    const two = await take('a/1');
    const three = await take('a/1/x');
    await isDenied('a/1', 'x', 'a/1/x');
    await isDenied('a/2', 'x', 'a/1/x');
    assert.ok((await renews('a', one)) && (await renews('a/1', two)) && (await renews('a/1/x', three)));
    assert.ok(await releases('a/1/x', three));
    assert.equal(await holder(), 'a/1');
    const again = await take('a/1/x');
    assert.ok(await releases('a/1', two), 'the one between lets go');
    assert.ok(await releases('a/1/x', again));
    assert.equal(await holder(), 'a');
    assert.ok(await renews('a', one));
  });

  it('allow a child within its parent’s folder, and the parent’s folder around it, but not around its child’s', async () => {
    await take('a', 'src/');
    await take('a/1', 'src/x.ts');
    await isDenied('a/2', 'src/x.ts', 'a/1');
    await take('a/2', 'src/y.ts');
    await isDenied('a/2', 'src/', 'a/1');
    await isDenied('b', 'src/z.ts', 'a');
    await isDenied('a', './', 'a/1');
    await rig.calls.releaseAll('a/1');
    await rig.calls.releaseAll('a/2');
    assert.equal(await holder('src/x.ts'), undefined);
    await take('a', './');
  });

  it('give all of an agent back at once', async () => {
    const first = await take('a');
    await take('a/1');
    await take('a/1', 'own');
    await take('a/1/x', 'own');
    assert.deepEqual((await rig.calls.releaseAll('a/1')).toSorted(), ['own', 'x']);
    assert.deepEqual([await holder('x'), await holder('own')], ['a', 'a/1/x']);
    assert.ok(await renews('a', first));
    assert.deepEqual(await rig.calls.releaseAll('a/1'), []);
    await rig.calls.releaseAll('a/1/x');
    assert.equal(await holder('own'), undefined);
  });
});
