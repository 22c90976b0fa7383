import assert from 'node:assert/strict';
import { Keeper } from '../../../src/agent/acting/keeper.ts';
import type { OwnLease } from '../../../src/agent/acting/lease.ts';
import type { Held } from '../../../src/redis/library/calls.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** An agent's leases as they would be in Redis, and a keeper of them. */
class World {
  readonly clock = new FakeClock();
  /** What is held now; changed by the tests. */
  leases: OwnLease[] = [];
  isDown = false;
  readonly said: string[] = [];
  renewed: Held[][] = [];
  readonly keeper: Keeper;

  constructor(ttlMs = 60_000) {
    this.keeper = new Keeper({
      agent: 'a',
      ttlMs,
      clock: this.clock,
      held: () => (this.isDown ? Promise.reject(new UserError({ code: 'closed' })) : Promise.resolve(this.leases)),
      calls: {
        renew: (_agent, held) => {
          this.renewed.push([...held]);
          const isLost = ([resource, token]: Held): boolean =>
            !this.leases.some((lease) => lease.resource === resource && lease.token === token);
          return Promise.resolve(held.filter(isLost).map(([resource]) => resource));
        },
      },
      onLost: (resource, token) => this.said.push(`lost ${resource} ${token}`),
      onTrouble: () => this.said.push('trouble'),
      onBack: () => this.said.push('back'),
    });
  }

  hold(resource: string, token: number, ttlMs = 60_000): void {
    this.leases.push({ resource, holder: 'a', token, ttlMs });
  }

  /** Lets time pass, and what falls due be done. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }

  /** What was renewed since the last question. */
  names(): string[] {
    const names = this.renewed.flat().map(([resource]) => resource);
    this.renewed = [];
    return names;
  }
}

describe('What renews the claims of a run', () => {
  it('renews what it was given after a third of its time, again and again', async () => {
    const world = new World();
    world.hold('x', 1);
    world.keeper.start(new Map([['x', 1]]), 60_000);
    await world.pass(19_999);
    assert.deepEqual(world.names(), []);
    await world.pass(1);
    assert.deepEqual(world.names(), ['x']);
    for (let i = 0; i < 3; i++) {
      await world.pass(20_000);
      assert.deepEqual(world.names(), ['x']);
    }
    assert.deepEqual(world.said, []);
  });

  it('renews what somebody else claimed for the agent as soon as it sees it', async () => {
    const world = new World();
    world.keeper.start(new Map(), 60_000);
    world.hold('x', 1);
    await world.pass(20_000);
    assert.deepEqual(world.names(), ['x']);
  });

  it('renews long leases seldom, and still looks often enough for those of 60 s', async () => {
    const world = new World(600_000);
    world.hold('long', 1, 600_000);
    world.keeper.start(new Map([['long', 1]]), 600_000);
    await world.pass(20_000);
    assert.deepEqual(world.names(), []);
    world.hold('short', 2);
    await world.pass(20_000);
    assert.deepEqual(world.names(), ['short']);
    let seen: string[] = [];
    for (let i = 0; i < 8; i++) {
      await world.pass(20_000);
      seen = [...seen, ...world.names()];
    }
    assert.equal(seen.filter((name) => name === 'short').length, 8);
    assert.equal(seen.filter((name) => name === 'long').length, 1);
  });

  it('renews short leases as often as they need it', async () => {
    const world = new World(3_000);
    world.hold('x', 1, 3_000);
    world.keeper.start(new Map([['x', 1]]), 3_000);
    for (let i = 0; i < 5; i++) {
      await world.pass(1_000);
      assert.deepEqual(world.names(), ['x']);
    }
  });

  it('tells once of each lease that is lost', async () => {
    const world = new World();
    world.hold('x', 1);
    world.hold('y', 2);
    world.keeper.start(
      new Map([
        ['x', 1],
        ['y', 2],
      ]),
      60_000,
    );
    world.leases = world.leases.filter(({ resource }) => resource === 'y');
    await world.pass(20_000);
    await world.pass(20_000);
    assert.deepEqual(world.said, ['lost x 1']);
  });

  it('goes on with the new number of a lease that came back', async () => {
    const world = new World();
    world.hold('x', 1);
    world.keeper.start(new Map([['x', 1]]), 60_000);
    world.leases[0]!.token = 5;
    await world.pass(20_000);
    assert.deepEqual(world.renewed, [[['x', 5]]]);
    assert.deepEqual(world.said, []);
  });

  it('asks for no more at once than a call takes', async () => {
    const world = new World();
    for (let i = 0; i < 150; i++) world.hold(`f${i}`, i + 1);
    world.keeper.start(new Map(), 60_000);
    await world.pass(20_000);
    assert.deepEqual(
      world.renewed.map((held) => held.length),
      [64, 64, 22],
    );
  });

  it('tells a loss of the connection once, tries every second, and tells when it is back', async () => {
    const world = new World();
    world.hold('x', 1);
    world.keeper.start(new Map([['x', 1]]), 60_000);
    world.isDown = true;
    world.keeper.trouble(new UserError({ code: 'closed' }));
    await world.pass(20_000);
    await world.pass(1_000);
    await world.pass(1_000);
    assert.deepEqual(world.said, ['trouble']);
    world.isDown = false;
    await world.pass(1_000);
    assert.deepEqual(world.said, ['trouble', 'back']);
    assert.deepEqual(world.names(), ['x']);
    await world.pass(20_000);
    assert.deepEqual(world.names(), ['x']);
  });

  it('looks at once when it is told to, and not again for that', async () => {
    const world = new World();
    world.hold('x', 1);
    world.keeper.start(new Map(), 60_000);
    await Promise.all([world.keeper.look(), world.keeper.look()]);
    assert.deepEqual(world.names(), ['x']);
    await world.pass(19_999);
    assert.deepEqual(world.names(), []);
  });

  it('does nothing any more once it is disposed', async () => {
    const world = new World();
    world.hold('x', 1);
    world.keeper.start(new Map([['x', 1]]), 60_000);
    world.keeper.dispose();
    world.keeper.trouble(new UserError({ code: 'closed' }));
    await world.keeper.look();
    await world.pass(60_000);
    assert.deepEqual(world.names(), []);
    assert.deepEqual(world.said, []);
  });
});
