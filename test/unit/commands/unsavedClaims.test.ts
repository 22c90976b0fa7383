import assert from 'node:assert/strict';
import { UnsavedClaims } from '../../../src/commands/standing/unsavedClaims.ts';
import type { ClaimReply } from '../../../src/redis/library/calls.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const place = { ns: '', resource: 'a.ts' };

class World {
  readonly clock = new FakeClock();
  readonly did: string[] = [];
  holder: string | null = null;
  isDown = false;
  readonly unsaved = new UnsavedClaims(
    {
      claim: ({ resource }, why): Promise<ClaimReply> => {
        if (this.isDown) return Promise.reject(new UserError({ code: 'closed' }));
        this.did.push(`claim ${resource} ${why}`);
        if (this.holder === null) return Promise.resolve({ kind: 'granted', ttlMs: 1, seq: 1, tokens: new Map() });
        const denied = { kind: 'denied', resource, blocking: resource, holder: this.holder } as const;
        return Promise.resolve({ ...denied, task: '', leftMs: 1, reason: 'lease', position: 0 });
      },
      release: ({ resource }, why) => {
        this.did.push(`release ${resource} ${why}`);
        return Promise.resolve(true);
      },
    },
    this.clock,
  );

  type(): void {
    this.unsaved.changed('file:///a.ts', () => Promise.resolve(place));
  }

  save(): void {
    this.unsaved.saved('file:///a.ts');
  }

  /** Lets time pass, and says what was done meanwhile. */
  async pass(ms: number): Promise<string[]> {
    this.clock.advance(ms);
    for (let i = 0; i < 20; i++) await Promise.resolve();
    return this.did.splice(0);
  }
}

describe('Files with changes that are not saved', () => {
  it('are claimed once, a moment after the first, and given back a while after they were saved', async () => {
    const world = new World();
    for (let i = 0; i < 5; i++) world.type();
    assert.deepEqual(await world.pass(299), []);
    assert.deepEqual(await world.pass(1), ['claim a.ts unsaved']);
    world.type();
    assert.deepEqual(await world.pass(60_000), []);
    world.save();
    assert.deepEqual(await world.pass(1_999), []);
    assert.deepEqual(await world.pass(1), ['release a.ts unsaved']);
  });

  it('are not claimed for a change that is undone at once, nor given back by who saves while writing', async () => {
    const world = new World();
    world.type();
    world.save();
    assert.deepEqual(await world.pass(10_000), []);
    world.type();
    await world.pass(300);
    for (let i = 0; i < 3; i++) {
      world.save();
      assert.deepEqual(await world.pass(1_000), []);
      world.type();
    }
    assert.deepEqual(await world.pass(10_000), []);
  });

  it('stay the agent’s that holds them, and are asked for now and then', async () => {
    const world = new World();
    world.holder = 'agent-7';
    world.type();
    assert.deepEqual(await world.pass(300), ['claim a.ts unsaved']);
    assert.deepEqual(await world.pass(5_000), ['claim a.ts unsaved']);
    world.holder = null;
    assert.deepEqual(await world.pass(5_000), ['claim a.ts unsaved']);
    assert.deepEqual(await world.pass(60_000), []);
  });

  it('are not claimed again after the claim was ended, before they were saved', async () => {
    const world = new World();
    world.type();
    await world.pass(300);
    world.unsaved.ended(place);
    world.type();
    assert.deepEqual(await world.pass(60_000), []);
    world.save();
    world.type();
    assert.deepEqual(await world.pass(300), ['claim a.ts unsaved']);
  });

  it('are asked for again when there is a connection', async () => {
    const world = new World();
    world.isDown = true;
    world.type();
    assert.deepEqual(await world.pass(300), []);
    world.isDown = false;
    world.unsaved.connected();
    assert.deepEqual(await world.pass(0), ['claim a.ts unsaved']);
    world.unsaved.connected();
    assert.deepEqual(await world.pass(0), ['claim a.ts unsaved']);
  });

  it('are given back when the setting is turned off', async () => {
    const world = new World();
    world.type();
    await world.pass(300);
    world.unsaved.clear();
    assert.deepEqual(await world.pass(60_000), ['release a.ts unsaved']);
  });

  it('that were saved while they were asked for are given back', async () => {
    const world = new World();
    world.type();
    world.clock.advance(300);
    world.save();
    assert.deepEqual(await world.pass(0), ['claim a.ts unsaved', 'release a.ts unsaved']);
  });
});
