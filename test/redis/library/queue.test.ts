import assert from 'node:assert/strict';
import { wakePrefix } from '../../../src/protocol/names.ts';
import type { ClaimReply, Denied } from '../../../src/redis/library/calls.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('waiting in line', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  beforeEach(async () => {
    await rig.client.flushall();
    rig.fresh();
  });
  after(() => rig.dispose());

  const ask = (agent: string, resources: string, wait = true): Promise<ClaimReply> =>
    rig.calls.claim(agent, { resources: resources.split(' '), ttlMs: 60_000, waitId: wait ? `w-${agent}` : '' });
  const waits = async (agent: string, resources: string): Promise<Denied> => {
    const reply = await ask(agent, resources);
    if (reply.kind !== 'denied') assert.fail(`${agent} was to wait: ${JSON.stringify(reply)}`);
    return reply;
  };
  const gets = async (agent: string, resources: string): Promise<void> => {
    const reply = await ask(agent, resources);
    assert.equal(reply.kind, 'granted', JSON.stringify(reply));
  };
  const holder = async (resource: string): Promise<string | undefined> => (await rig.lease(resource))?.holder;
  const isWoken = async (agent: string): Promise<boolean> =>
    (await rig.client.llen(rig.key(`${wakePrefix}w-${agent}`))) === 1;

  it('goes by the order of arrival, and a repeated call keeps its place (invariant 8)', async () => {
    let [token] = await rig.hold('h', ['x']);
    const agents = ['a', 'b', 'c'];
    for (const agent of agents) {
      const { position, reason, holder: by } = await waits(agent, 'x');
      assert.deepEqual([position, reason, by], [agents.indexOf(agent) + 1, 'lease', 'h']);
    }
    for (const agent of ['c', 'a', 'b']) assert.equal((await waits(agent, 'x')).position, agents.indexOf(agent) + 1);
    let last: string = 'h';
    for (const agent of agents) {
      assert.deepEqual(await rig.calls.release(last, [['x', token!]]), [true]);
      assert.deepEqual([await holder('x'), await isWoken(agent)], [agent, true]);
      const left = await rig.client.pttl(rig.lock('x'));
      assert.ok(left <= 10_000, 'it is its own for the time in which it has to confirm');
      await gets(agent, 'x');
      assert.ok((await rig.client.pttl(rig.lock('x'))) > 10_000, 'from then on it is a full one');
      assert.equal(await rig.client.exists(rig.key(`${wakePrefix}w-${agent}`)), 0);
      token = (await rig.lease('x'))!.token;
      last = agent;
    }
  });

  it('wakes who blocks on its list (invariant 8)', async () => {
    const [token] = await rig.hold('h', ['x']);
    await waits('a', 'x');
    const blocked = await rig.open();
    const woken = blocked.blpop(rig.key(`${wakePrefix}w-a`), 5);
    await rig.calls.release('h', [['x', token!]]);
    assert.equal((await woken)?.[0], rig.key(`${wakePrefix}w-a`));
    await gets('a', 'x');
  });

  it('goes on when a waiter is silent: it loses its place, not the others theirs (invariant 8)', async () => {
    const [token] = await rig.hold('h', ['x'], 3_600_000);
    for (const agent of ['a', 'b', 'c']) await waits(agent, 'x');
    await rig.pass(6_000);
    for (const agent of ['b', 'c']) await waits(agent, 'x');
    await rig.pass(6_000);
    await waits('b', 'x');
    assert.equal((await waits('c', 'x')).position, 2, 'the first has left');
    assert.equal((await waits('a', 'x')).position, 3, 'and stands at the end when it is back');
    await rig.calls.release('h', [['x', token!]]);
    assert.equal(await holder('x'), 'b');
    assert.equal((await rig.told()).filter((line) => line === 'unwait a w-a').length, 1);
  });

  it('goes on when a waiter is gone without a trace (invariant 8)', async () => {
    const [token] = await rig.hold('h', ['x'], 3_600_000);
    for (const agent of ['a', 'b']) await waits(agent, 'x');
    await rig.client.del(rig.side('waiter:w-a'));
    await rig.calls.release('h', [['x', token!]]);
    assert.equal(await holder('x'), 'b');
  });

  it('lets nobody be stopped by a waiter who has left, with nobody who reaps (invariant 8)', async () => {
    await rig.client.set(rig.lock('x'), 'agent-7');
    await waits('a', 'x');
    await rig.client.del(rig.lock('x'));
    assert.equal((await ask('b', 'x', false)).kind, 'denied', 'the waiter lives');
    await rig.pass(10_001);
    assert.equal((await ask('b', 'x', false)).kind, 'granted');
  });

  it('passes on what is not confirmed (invariants 8, 9)', async () => {
    const [token] = await rig.hold('h', ['x']);
    for (const agent of ['a', 'b']) await waits(agent, 'x');
    await rig.calls.release('h', [['x', token!]]);
    await rig.pass(6_000);
    await waits('b', 'x');
    await rig.pass(6_000);
    await rig.calls.reap(10);
    assert.equal(await holder('x'), 'b');
    assert.equal((await waits('a', 'x')).position, 1);
  });

  it('ends with a grant however it became free (invariant 8)', async () => {
    const ways: Record<string, (token: number) => Promise<unknown>> = {
      release: (token) => rig.calls.release('h', [['x', token]]),
      release_all: () => rig.calls.releaseAll('h'),
      break: (token) => rig.calls.transfer('x', { by: 'person', to: null, expected: token, ttlMs: 0, reason: '' }),
      'the end of its time, at a reap': async () => {
        for (let passed = 0; passed < 64_000; passed += 8_000) {
          await rig.pass(8_000);
          if (passed < 50_000) await waits('a', 'x');
        }
        await rig.calls.reap(10);
      },
      DEL: async () => {
        await rig.client.del(rig.lock('x'));
        await rig.calls.reap(10);
      },
    };
    for (const [name, free] of Object.entries(ways)) {
      rig.fresh();
      const [token] = await rig.hold('h', ['x']);
      await waits('a', 'x');
      await free(token!);
      assert.deepEqual([await holder('x'), await isWoken('a')], ['a', true], name);
    }
  });

  it('ends with a grant by the waiter’s own call where nobody reaps (invariant 8)', async () => {
    await rig.hold('h', ['x'], 5_000);
    await waits('a', 'x');
    await rig.pass(5_001);
    await gets('a', 'x');
    assert.equal(await holder('x'), 'a');
  });

  it('ends with a grant when who stood before leaves (invariant 8)', async () => {
    await rig.hold('h', ['x']);
    await waits('a', 'x y');
    assert.equal((await waits('b', 'y')).reason, 'queue');
    assert.equal(await rig.calls.cancel('a', 'w-a'), true);
    assert.deepEqual([await holder('y'), await isWoken('b')], ['b', true]);
    assert.equal(await rig.calls.cancel('a', 'w-a'), false);
    assert.equal(await rig.calls.cancel('x', 'w-b'), false, 'only one’s own');
  });

  it('gives several resources all at once, and nothing of them before (invariant 8)', async () => {
    const [x] = await rig.hold('h', ['x']);
    const [y] = await rig.hold('i', ['y']);
    await waits('a', 'x y');
    await rig.calls.release('h', [['x', x!]]);
    assert.equal(await rig.lease('x'), null, 'it is free, but not given');
    const denied = (await ask('b', 'x', false)) as Denied;
    assert.deepEqual([denied.kind, denied.reason, denied.holder, denied.position], ['denied', 'queue', 'a', 0]);
    assert.equal((await ask('i', 'x', false)).kind, 'granted', 'who holds what the first waits for may go before');
    await rig.calls.releaseAll('i');
    assert.deepEqual([await holder('x'), await holder('y')], ['a', 'a']);
    assert.equal((await rig.calls.release('i', [['y', y!]]))[0], false);
  });

  it('holds between folders and what is in them (invariant 8)', async () => {
    const [token] = await rig.hold('h', ['src/a.ts']);
    await waits('a', 'src/');
    assert.equal((await waits('b', 'src/b.ts')).reason, 'queue');
    assert.equal((await waits('c', './')).position, 3);
    await gets('d', 'docs/x.md').then(
      () => assert.fail('what is below a folder that an earlier one waits for'),
      () => {},
    );
    await gets('e', 'git:index');
    await rig.calls.release('h', [['src/a.ts', token!]]);
    assert.deepEqual([await holder('src/'), await holder('src/b.ts'), await holder('./')], ['a', undefined, undefined]);
    await rig.calls.releaseAll('a');
    assert.deepEqual([await holder('src/b.ts'), await holder('./')], ['b', undefined]);
    await rig.calls.releaseAll('b');
    assert.deepEqual([await holder('./'), await holder('docs/x.md')], ['c', undefined]);
    await rig.calls.releaseAll('c');
    assert.equal(await holder('docs/x.md'), 'd');
  });

  it('never grants two who clash in one go (invariants 2, 8)', async () => {
    await rig.hold('h', ['src/']);
    await waits('a', 'src/a.ts');
    await waits('b', 'src/b/');
    await waits('c', 'src/b/c.ts');
    await waits('d', './');
    await rig.calls.releaseAll('h');
    const holders = await Promise.all(['src/a.ts', 'src/b/', 'src/b/c.ts', './'].map(holder));
    assert.deepEqual(holders, ['a', 'b', undefined, undefined]);
  });

  it('refuses a circle, names it, and does not begin to wait (invariant 8)', async () => {
    for (const agents of [
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd', 'e'],
    ]) {
      rig.fresh();
      for (const agent of agents) await rig.hold(agent, [`of-${agent}`]);
      for (let i = 0; i < agents.length - 1; i++) await waits(agents[i]!, `of-${agents[i + 1]!}`);
      const last = agents.at(-1)!;
      const reply = await ask(last, 'of-a');
      assert.deepEqual(reply, { kind: 'deadlock', circle: [last, ...agents.slice(0, -1)] });
      assert.equal(await rig.client.zscore(rig.side('queue'), `w-${last}`), null);
      assert.deepEqual(await ask(last, 'of-a'), reply);
      const told = (await rig.history()).filter(({ kind }) => kind === 'deadlock');
      assert.equal(told.length, 1, 'it is told once');
      await rig.calls.releaseAll(last);
      assert.equal(await holder(`of-${last}`), agents.at(-2));
    }
  });

  it('refuses a circle that goes through a family (invariant 8)', async () => {
    await rig.hold('a', ['x']);
    await rig.hold('b', ['y']);
    await waits('b', 'x');
    assert.deepEqual(await ask('a/1', 'y'), { kind: 'deadlock', circle: ['a/1', 'b'] }, 'its parent ends after it');
    rig.fresh();
    await rig.hold('a', ['x']);
    await rig.hold('b', ['y']);
    await waits('a/1', 'y');
    assert.deepEqual(await ask('b', 'x'), { kind: 'deadlock', circle: ['b', 'a'] }, 'and does not end before it');
    rig.fresh();
    await rig.hold('a/1', ['x']);
    await rig.hold('b', ['y']);
    await waits('a', 'y');
    await waits('b', 'x');
  });

  it('refuses a circle that goes through the line itself (invariant 8)', async () => {
    await rig.hold('h', ['x']);
    await rig.hold('c', ['y']);
    await waits('a', 'x z');
    assert.equal((await waits('c', 'z')).reason, 'queue');
    const reply = await rig.calls.claim('a', { resources: ['y'], ttlMs: 60_000, waitId: 'another' });
    assert.deepEqual(reply, { kind: 'deadlock', circle: ['a', 'c'] });
  });

  it('forgets a place when something else is wanted by the same id, and lets nobody use another’s', async () => {
    await rig.hold('h', ['x', 'y']);
    await waits('a', 'x');
    await waits('b', 'x');
    await assert.rejects(rig.call('claim', ['x'], 'c', 1_000, '', 'w-a'), /is that of a/);
    await waits('a', 'y');
    assert.equal((await waits('b', 'x')).position, 1);
    assert.equal((await waits('a', 'x')).position, 2);
  });
});
