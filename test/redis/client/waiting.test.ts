import assert from 'node:assert/strict';
import { FakeClock } from '../../support/fakeClock.ts';
import { Agents } from './agents.ts';

describe('An agent’s client that waits in line', () => {
  let agents: Agents;
  before(async () => {
    agents = await Agents.start();
  });
  beforeEach(() => agents.rig.fresh());
  afterEach(() => agents.closeAll());
  after(() => agents.dispose());

  /** Resolves when so many wait. */
  const waiting = (count: number): Promise<void> =>
    agents.rig.until(`${count} wait`, async () => (await agents.rig.client.zcard(agents.rig.side('queue'))) === count);

  /** Nothing of a wait is left behind. */
  const nothingLeft = async (): Promise<void> => {
    assert.deepEqual(await agents.rig.client.keys(agents.rig.side('w*')), []);
    assert.equal(await agents.rig.client.zcard(agents.rig.side('queue')), 0);
  };

  it('is granted what another releases, in the order of the line', async () => {
    const [a, b, c] = [await agents.connect('a'), await agents.connect('b'), await agents.connect('c')];
    const held = await a.claim('src/a.ts');
    const positions: number[] = [];
    const order: string[] = [];
    const wait = async (client: typeof b): Promise<boolean> => {
      const result = await client.claim('src/', { waitMs: 60_000, onDenied: (d) => positions.push(d.position) });
      order.push(client.name);
      return result.kind === 'granted' && result.lease.release();
    };
    const first = wait(b);
    await waiting(1);
    const second = wait(c);
    await waiting(2);
    assert.ok(held.kind === 'granted' && (await held.lease.release()));
    assert.deepEqual(await Promise.all([first, second]), [true, true]);
    assert.deepEqual(order, ['b', 'c']);
    assert.deepEqual(positions.slice(0, 2), [1, 2]);
    await nothingLeft();
  });

  it('leaves the line when it is told to, when the time is up and when it ends', async () => {
    const clock = new FakeClock();
    const [a, b] = [await agents.connect('a'), await agents.connect('b', { clock })];
    await a.claim('x', { ttlMs: 3_600_000 });
    const given = new AbortController();
    const aborted = b.claim('x', { waitMs: 60_000, signal: given.signal });
    await waiting(1);
    given.abort();
    assert.deepEqual(await aborted, { kind: 'aborted' });
    await nothingLeft();

    const inVain = b.claim('x', { waitMs: 60_000 });
    await waiting(1);
    clock.advance(60_000);
    const result = await inVain;
    assert.ok(result.kind === 'waited-in-vain' && result.denied.holder === 'a');
    await nothingLeft();

    const ended = b.claim('x', { waitMs: 60_000 });
    await waiting(1);
    await b.close();
    assert.deepEqual(await ended, { kind: 'aborted' });
    await nothingLeft();
  });

  it('says that a wait would close a circle', async () => {
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    await a.claim('x');
    await b.claim('y');
    const wait = a.claim('y', { waitMs: 60_000 });
    await waiting(1);
    assert.deepEqual(await b.claim('x', { waitMs: 60_000 }), { kind: 'deadlock', circle: ['b', 'a'] });
    await b.close();
    assert.equal((await wait).kind, 'granted');
  });

  it('keeps its place when its connections are cut', async () => {
    const [a, b, c] = [await agents.connect('a'), await agents.connect('b'), await agents.connect('c')];
    const held = await a.claim('x');
    const order: string[] = [];
    const wait = async (client: typeof b): Promise<string> => {
      const result = await client.claim('x', { waitMs: 60_000 });
      order.push(client.name);
      if (result.kind === 'granted') await result.lease.release();
      return result.kind;
    };
    const first = wait(b);
    await waiting(1);
    const second = wait(c);
    await waiting(2);
    for (let n = 0; n < 3; n++) {
      await agents.cut('normal', 'pubsub');
      // Everybody is there again: two connections each, and the bells of the two who wait.
      await agents.rig.until('all are back', async () => {
        const info = (await agents.rig.client.call('CLIENT', 'LIST')) as string;
        return info.split('\n').filter((line) => line.includes('cmd=blpop')).length === 2;
      });
    }
    assert.ok(held.kind === 'granted' && (await held.lease.release()));
    assert.deepEqual(await Promise.all([first, second]), ['granted', 'granted']);
    assert.deepEqual(order, ['b', 'c']);
    await nothingLeft();
  });

  it('gives back what comes too late', async () => {
    const [a, b] = [await agents.connect('a'), await agents.connect('b')];
    for (let n = 0; n < 20; n++) {
      const held = await a.claim('x');
      const given = new AbortController();
      const late = b.claim('x', { waitMs: 60_000, signal: given.signal });
      await waiting(1);
      assert.ok(held.kind === 'granted');
      // Both at once: whichever comes first, nobody holds it in the end, or b knows that it does.
      const released = held.lease.release();
      given.abort();
      const result = await late;
      await released;
      if (result.kind === 'granted') await result.lease.release();
      else assert.equal(result.kind, 'aborted');
      assert.equal(await agents.rig.lease('x'), null);
    }
    await nothingLeft();
  });
});
