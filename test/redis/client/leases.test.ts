import assert from 'node:assert/strict';
import type { AgentClient, ClaimOptions, Lease } from '../../../src/agent/client/index.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { LibraryRig } from '../../support/libraryRig.ts';
import { Agents, first, Heard } from './agents.ts';

async function hold(client: AgentClient, resources: string | string[], options?: ClaimOptions): Promise<Lease> {
  const result = await client.claim(resources, options);
  if (result.kind !== 'granted') assert.fail(JSON.stringify(result));
  return result.lease;
}

describe('An agent’s client and leases', () => {
  let agents: Agents;
  before(async () => {
    agents = await Agents.start();
  });
  beforeEach(() => agents.rig.fresh());
  afterEach(() => agents.closeAll());
  after(() => agents.dispose());

  it('claims all or nothing, says what is in the way, and gives back', async () => {
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    const lease = await hold(a, ['src/a.ts', 'git:index'], { task: 'fileA' });
    assert.deepEqual(lease.resources, ['src/a.ts', 'git:index']);
    assert.deepEqual(await agents.rig.lease('src/a.ts'), { holder: 'a', token: lease.tokens.get('src/a.ts') });
    const { leftMs, ...denied } = (await b.claim(['src/b.ts', 'src/'])) as { leftMs: number };
    assert.ok(leftMs > 0 && leftMs <= 60_000);
    assert.deepEqual(denied, {
      kind: 'denied',
      resource: 'src/',
      blocking: 'src/a.ts',
      holder: 'a',
      task: 'fileA',
      reason: 'lease',
      position: 0,
    });
    assert.equal(await agents.rig.lease('src/b.ts'), null);
    assert.equal(await lease.release(), true);
    assert.equal(lease.isHeld, false);
    assert.equal(await lease.release(), false);
    assert.equal((await b.claim('src/')).kind, 'granted');
    const deep = await a.claim(Array.from({ length: 64 }, (_, i) => `many/${i}`));
    assert.equal(deep.kind, 'granted');
    await assert.rejects(a.claim('/abs'), /leading|path/);
  });

  it('keeps what another lease of its own is on as well', async () => {
    const client = await agents.connect('a');
    const [one, two] = [await hold(client, ['x', 'y']), await hold(client, ['y', 'z'])];
    assert.equal(one.tokens.get('y'), two.tokens.get('y'));
    assert.equal(await one.release(), true);
    assert.equal(await agents.rig.lease('x'), null);
    assert.equal((await agents.rig.lease('y'))?.holder, 'a');
    assert.equal(await two.release(), true);
    assert.equal(await agents.rig.lease('y'), null);
  });

  it('renews at every third of the time, by its clock', async () => {
    const clock = new FakeClock();
    const client = await agents.connect('a', { clock });
    const lease = await hold(client, 'src/a.ts', { ttlMs: 60_000 });
    const { until } = lease;
    clock.advance(19_999);
    assert.equal(await agents.count('renew'), 0);
    for (let n = 1; n <= 4; n++) {
      clock.advance(n === 1 ? 1 : 20_000);
      await agents.rig.until(`it is renewed ${n} times`, async () => (await agents.count('renew')) === n);
      // The answer comes behind that of the renewal.
      await client.report('seen');
      assert.equal(lease.until, until + n * 20_000);
    }
    assert.equal(lease.isHeld, true);
    await lease.release();
    clock.advance(60_000);
    await client.report('seen');
    assert.equal(await agents.count('renew'), 4);
  });

  it('learns at once that its lease was handed to another', async () => {
    // Of a clock that stands still there is no renewal.
    const client = await agents.connect('a', { clock: new FakeClock() });
    const lease = await hold(client, ['src/a.ts', 'src/b.ts']);
    const lost = first(client.onLost);
    const heard = await Heard.by(client);
    const expected = lease.tokens.get('src/a.ts') ?? null;
    await agents.rig.calls.transfer('src/a.ts', { by: 'boss', to: 'b', expected, ttlMs: 60_000, reason: 'urgent' });
    const { resources, reason, lease: whose } = await lost;
    assert.deepEqual([resources, reason, whose], [['src/a.ts'], 'taken', lease]);
    assert.match((await heard.first('inbox')).text, /handed to b by boss: urgent/);
    assert.equal(lease.isHeld, false);
    assert.deepEqual(
      lease.held.map(([resource]) => resource),
      ['src/b.ts'],
    );
    // What is left goes on, and not all was ours until now.
    assert.equal(await lease.release(), false);
    assert.equal(await agents.rig.lease('src/b.ts'), null);
    assert.equal((await agents.rig.lease('src/a.ts'))?.holder, 'b');
  });

  it('learns at once that its lease was ended, and says so once', async () => {
    const client = await agents.connect('a', { clock: new FakeClock() });
    const lease = await hold(client, 'src/a.ts');
    let losses = 0;
    client.onLost(() => losses++);
    const lost = first(lease.onLost);
    const expected = lease.tokens.get('src/a.ts') ?? null;
    await agents.rig.calls.transfer('src/a.ts', { by: 'boss', to: null, expected, ttlMs: 0, reason: '' });
    await lost;
    await lease.renew();
    assert.deepEqual([losses, client.leases.length], [1, 0]);
  });

  it('learns at its next renewal that the key was deleted', async () => {
    const clock = new FakeClock();
    const client = await agents.connect('a', { clock });
    const lease = await hold(client, 'src/a.ts', { ttlMs: 60_000 });
    const lost = first(client.onLost);
    await agents.rig.client.del(agents.rig.lock('src/a.ts'));
    clock.advance(20_000);
    assert.deepEqual([(await lost).reason, lease.isHeld], ['taken', false]);
  });

  it('lends a lease to its child and has it back, without losing it', async () => {
    const parent = await agents.connect('a', { clock: new FakeClock() });
    const child = await agents.connect('a/1', { parent: 'a' });
    const lease = await hold(parent, 'src/a.ts');
    const lent = await hold(child, 'src/a.ts');
    await agents.rig.until('the parent has asked', async () => parent.skipped.own > 0);
    assert.equal((await agents.rig.lease('src/a.ts'))?.holder, 'a/1');
    await lent.release();
    await lease.renew();
    assert.equal(lease.isHeld, true);
    assert.equal((await agents.rig.lease('src/a.ts'))?.holder, 'a');
    assert.equal(await lease.release(), true);
  });

  it('comes back after its connections were cut, and asks at once whether it is still its own', async () => {
    const client = await agents.connect('a', { clock: new FakeClock() });
    const [kept, gone] = [await hold(client, 'src/a.ts'), await hold(client, 'src/b.ts')];
    const lost = first(client.onLost);
    await agents.rig.client
      .multi()
      .call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      .call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      .del(agents.rig.lock('src/b.ts'))
      .exec();
    assert.deepEqual((await lost).resources, ['src/b.ts']);
    await agents.rig.until('the other is renewed', async () => (await agents.count('renew')) > 0);
    assert.deepEqual([kept.isHeld, gone.isHeld], [true, false]);
    assert.deepEqual(await agents.rig.lease('src/a.ts'), { holder: 'a', token: kept.tokens.get('src/a.ts') });
  });

  it('gets through with calls that were under way when its connections were cut', async () => {
    const client = await agents.connect('a');
    for (let n = 0; n < 20; n++) {
      const working = Promise.all([hold(client, [`f${n}`]), client.publish({ n }), client.report('step')]);
      await agents.cut('normal', 'pubsub');
      const [lease] = await working;
      assert.equal(lease.isHeld, true);
    }
    assert.deepEqual(await agents.stored('a'), { n: 19, ver: 20 });
    const leases = [...client.leases];
    assert.equal(leases.length, 20);
    assert.deepEqual(new Set(await Promise.all(leases.map((lease) => lease.release()))), new Set([true]));
  });

  it('releases all at its end, and tells it', async () => {
    const client = await agents.connect('a');
    for (const name of ['x', 'y', 'src/']) await hold(client, name);
    await client.close();
    assert.deepEqual((await agents.rig.told()).slice(-4), ['release a x', 'release a y', 'release a src/', 'end a']);
    assert.equal(await agents.rig.client.exists(agents.rig.side('held:a')), 0);
  });
});

describe('Leases whose server goes', () => {
  it('are over when their time has passed and nobody could be asked', async () => {
    const agents = await Agents.start();
    try {
      const clock = new FakeClock();
      const client = await agents.connect('a', { clock });
      const lease = await hold(client, ['src/a.ts', 'src/b.ts'], { ttlMs: 60_000 });
      const lost = first(client.onLost);
      process.kill(agents.rig.server.pid, 'SIGKILL');
      clock.advance(59_999);
      assert.equal(lease.isHeld, true);
      clock.advance(1);
      assert.deepEqual([(await lost).reason, (await lost).resources], ['over', ['src/a.ts', 'src/b.ts']]);
      assert.deepEqual([lease.isHeld, lease.held.length, client.leases.length], [false, 0, 0]);
    } finally {
      await agents.dispose();
    }
  });

  it('are lost as soon as it comes back with nothing', async () => {
    const agents = await Agents.start();
    try {
      const client = await agents.connect('a', { clock: new FakeClock() });
      const lease = await hold(client, 'src/a.ts');
      const lost = first(client.onLost);
      const { port } = agents.rig.server;
      process.kill(agents.rig.server.pid, 'SIGKILL');
      await agents.rig.dispose();
      agents.rig = await LibraryRig.start({ port, load: false });
      assert.equal((await lost).reason, 'taken');
      const again = await hold(client, 'src/a.ts');
      assert.ok((again.tokens.get('src/a.ts') ?? 0) > (lease.tokens.get('src/a.ts') ?? Infinity));
    } finally {
      await agents.dispose();
    }
  });
});
