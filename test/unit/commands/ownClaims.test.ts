import assert from 'node:assert/strict';
import { OwnClaims, type Loss } from '../../../src/commands/standing/ownClaims.ts';
import type { ClaimReply, ClaimRequest, Held } from '../../../src/redis/library/calls.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const me = 'ada@desk';
const a = { ns: 'shop:', resource: 'src/a.ts' };

/** What the function library would decide, in one namespace, and windows of one person. */
class World {
  readonly clock = new FakeClock();
  readonly locks = new Map<string, { holder: string; token: number }>();
  readonly windows: OwnClaims[] = [];
  readonly asked: string[] = [];
  readonly lost: Loss[] = [];
  isDown = false;
  #token = 100;

  window(): OwnClaims {
    const ask = <T>(what: string, answer: () => T): Promise<T> => {
      if (this.isDown) return Promise.reject(new UserError({ code: 'closed' }));
      this.asked.push(what);
      return Promise.resolve().then(answer);
    };
    const calls = {
      hello: (agent: string) => ask(`hello ${agent}`, () => ({ epoch: 1, seq: 1, state: '' })),
      claim: (agent: string, { resources, task }: ClaimRequest) =>
        ask(`claim ${resources.join()} for ${task}`, () => this.take(agent, resources[0]!)),
      renew: (_agent: string, held: readonly Held[]) =>
        ask(`renew ${held.join(' ')}`, () =>
          held.filter(([resource, token]) => this.locks.get(resource)?.token !== token).map(([resource]) => resource),
        ),
      release: (agent: string, held: readonly Held[]) =>
        ask(`release ${held.join(' ')}`, () => held.map(([resource, token]) => this.free(agent, resource, token))),
    };
    const window = new OwnClaims({
      name: me,
      host: 'desk',
      calls: () => calls,
      caughtUp: () => Promise.resolve(),
      clock: this.clock,
      onLost: (_claim, loss) => this.lost.push(loss),
    });
    this.windows.push(window);
    return window;
  }

  take(agent: string, resource: string): ClaimReply {
    const held = this.locks.get(resource);
    if (held !== undefined && held.holder !== agent) {
      const { holder } = held;
      return {
        kind: 'denied',
        resource,
        blocking: resource,
        holder,
        task: '',
        leftMs: 1,
        reason: 'lease',
        position: 0,
      };
    }
    const token = held?.token ?? ++this.#token;
    this.locks.set(resource, { holder: agent, token });
    if (held === undefined) this.#tell({ kind: 'claim', agent, resource, token, ttlMs: 1, task: null, waitId: null });
    return { kind: 'granted', ttlMs: 120_000, seq: 1, tokens: new Map([[resource, token]]) };
  }

  free(agent: string, resource: string, token: number): boolean {
    if (this.locks.get(resource)?.token !== token) return false;
    this.locks.delete(resource);
    this.#tell({ kind: 'release', agent, resource, token, reason: null });
    return true;
  }

  /** Somebody ends the claim there is, or gives it to another. */
  transfer(resource: string, to: string | null): void {
    const { holder, token } = this.locks.get(resource)!;
    this.locks.delete(resource);
    if (to === null) return this.#tell({ kind: 'break', agent: holder, resource, token, by: 'lead', reason: 'stuck' });
    this.locks.set(resource, { holder: to, token: ++this.#token });
    const change = { kind: 'transfer', agent: to, resource, token: this.#token, ttlMs: 1, task: null } as const;
    this.#tell({ ...change, from: holder, by: 'lead', reason: 'stuck' });
  }

  #tell(change: Parameters<OwnClaims['heard']>[1]): void {
    for (const window of this.windows) window.heard(a.ns, change);
  }

  /** Lets time pass, and what falls due be done. */
  async pass(ms = 0): Promise<void> {
    this.clock.advance(ms);
    for (let i = 0; i < 50; i++) await Promise.resolve();
  }

  /** What was asked since the last question. */
  questions(): string[] {
    return this.asked.splice(0);
  }
}

describe('What a person claims in a window', () => {
  it('is said hello for once, renewed after a third of its time, and given back', async () => {
    const world = new World();
    const window = world.window();
    assert.equal((await window.claim(a, 'hand')).kind, 'granted');
    assert.deepEqual(world.questions(), ['hello ada@desk', 'claim src/a.ts for claimed by hand']);
    for (let i = 0; i < 2; i++) {
      await world.pass(39_999);
      assert.deepEqual(world.questions(), []);
      await world.pass(1);
      assert.deepEqual(world.questions(), ['renew src/a.ts,101']);
    }
    assert.equal(await window.release(a, null), true);
    assert.deepEqual(world.questions(), ['release src/a.ts,101']);
    await world.pass(200_000);
    assert.deepEqual([world.questions(), world.lost, window.all], [[], [], []]);
  });

  it('is kept for as long as there is one reason', async () => {
    const world = new World();
    const window = world.window();
    await window.claim(a, 'unsaved');
    await window.claim(a, 'hand');
    assert.equal(await window.release(a, 'unsaved'), false);
    assert.deepEqual([...window.whysOf(a)], ['hand']);
    assert.equal(world.locks.get(a.resource)?.holder, me);
    await window.claim(a, 'unsaved');
    assert.equal(await window.release(a, null), true);
    assert.equal(world.locks.size, 0);
  });

  it('is taken again where another window of the person gave it back', async () => {
    const world = new World();
    const [one, two] = [world.window(), world.window()];
    await one.claim(a, 'hand');
    await two.claim(a, 'hand');
    await one.release(a, null);
    await world.pass();
    assert.deepEqual(world.locks.get(a.resource), { holder: me, token: 102 });
    assert.equal(await two.release(a, null), true);
    await world.pass(100_000);
    assert.deepEqual([world.locks.size, world.lost], [0, []]);
  });

  it('is not fought for with who ended it or gave it to another', async () => {
    const world = new World();
    const window = world.window();
    await window.claim(a, 'hand');
    world.transfer(a.resource, null);
    await window.claim(a, 'hand');
    world.transfer(a.resource, 'agent-7');
    await world.pass(200_000);
    assert.deepEqual(world.lost, [
      { kind: 'ended', by: 'lead', reason: 'stuck' },
      { kind: 'handed', to: 'agent-7', by: 'lead', reason: 'stuck' },
    ]);
    assert.deepEqual([window.all, world.locks.get(a.resource)?.holder], [[], 'agent-7']);
  });

  it('is kept over a lost connection where its time is not over, and else taken again', async () => {
    const world = new World();
    const window = world.window();
    await window.claim(a, 'hand');
    world.isDown = true;
    await world.pass(60_000);
    world.isDown = false;
    world.questions();
    window.connected();
    await world.pass();
    assert.deepEqual(world.questions(), ['hello ada@desk', 'renew src/a.ts,101']);
    world.isDown = true;
    world.locks.clear();
    await world.pass(600_000);
    world.isDown = false;
    window.connected();
    await world.pass();
    assert.deepEqual([world.locks.get(a.resource), world.lost], [{ holder: me, token: 102 }, []]);
  });

  it('is said to be lost where somebody else has it after that', async () => {
    const world = new World();
    const window = world.window();
    await window.claim(a, 'hand');
    world.isDown = true;
    await world.pass(300_000);
    world.locks.set(a.resource, { holder: 'agent-7', token: 500 });
    world.isDown = false;
    window.connected();
    await world.pass();
    assert.deepEqual(
      world.lost.map((loss) => loss.kind === 'taken' && loss.reply.kind === 'denied' && loss.reply.holder),
      ['agent-7'],
    );
    assert.deepEqual(window.all, []);
  });

  it('is tried again soon where the renewal fails without a word about the connection', async () => {
    const world = new World();
    const window = world.window();
    await window.claim(a, 'hand');
    world.isDown = true;
    await world.pass(40_000);
    world.isDown = false;
    world.questions();
    await world.pass(2_000);
    assert.deepEqual(world.questions(), ['renew src/a.ts,101']);
  });

  it('ends with the window, and with what it was claimed in', async () => {
    const world = new World();
    const [one, two] = [world.window(), world.window()];
    await one.claim(a, 'hand');
    await two.claim({ ...a, resource: 'src/b.ts' }, 'hand');
    two.moved(['depot:']);
    assert.deepEqual(two.all, []);
    world.questions();
    one.dispose();
    await world.pass(100_000);
    assert.deepEqual(world.questions(), ['release src/a.ts,101']);
  });

  it('is bounded', async () => {
    const world = new World();
    const window = world.window();
    for (let i = 0; i < 200; i++) await window.claim({ ...a, resource: `${i}.ts` }, 'hand');
    assert.deepEqual(await window.claim(a, 'hand'), { kind: 'limit', what: 'window' });
    assert.equal((await window.claim({ ...a, resource: '7.ts' }, 'unsaved')).kind, 'granted');
  });
});
