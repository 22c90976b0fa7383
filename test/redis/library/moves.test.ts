import assert from 'node:assert/strict';
import { Calls } from '../../../src/redis/library/calls.ts';
import { assertConsecutive, changeIn, LibraryRig } from '../../support/libraryRig.ts';

const moves = 1_000;
const files = ['src/a.ts', 'src/b.ts', 'docs/c.md', 'd.ts'];
const workers = ['w1', 'w2', 'w3', 'w4'];

describe('two supervisors who hand over and break the claims of working agents', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start();
    rig.fresh();
  });
  after(() => rig.dispose());

  it('do so a thousand times: tokens grow, and each who loses is told (invariant 2)', async function () {
    this.timeout(120_000);
    const callsOf = async (): Promise<Calls> =>
      new Calls(await rig.open(), rig.ns, () => Promise.reject(new Error('the library has gone')));
    // Since the claims themselves change all the time, each supervisor acts on what it has last seen.
    let done = 0;
    const told = { done: 0, changed: 0, known: 0, refused: 0 };
    const lost = new Map<string, number>();
    const got = new Map<string, number>();
    const count = (of: Map<string, number>, agent: string): unknown => of.set(agent, (of.get(agent) ?? 0) + 1);
    const random = generator(7);

    const work = async (agent: string): Promise<void> => {
      const calls = await callsOf();
      while (done < moves) {
        const file = files[Math.floor(random() * files.length)]!;
        const reply = await calls.claim(agent, { resources: [file], ttlMs: 60_000 });
        if (reply.kind === 'granted' && random() < 0.2) await calls.release(agent, [[file, reply.tokens.get(file)!]]);
      }
    };
    const supervise = async (by: string): Promise<void> => {
      const calls = await callsOf();
      while (done < moves) {
        const file = files[Math.floor(random() * files.length)]!;
        const seen = await rig.lease(file);
        if (!seen) continue;
        const to = random() < 0.5 ? null : workers[Math.floor(random() * workers.length)]!;
        if (to === seen.holder) continue;
        const reason = `${by} ${String(done)}`;
        const reply = await calls.transfer(file, { by, to, expected: seen.token, ttlMs: 60_000, reason });
        if (reply.kind === 'done') {
          done++;
          told.done++;
          count(lost, seen.holder);
          if (to !== null) {
            count(got, to);
            assert.ok(reply.token > seen.token);
          }
        } else if (reply.kind === 'changed') {
          told.changed++;
          assert.ok(reply.token !== seen.token);
          if (reply.last) {
            told.known++;
            assert.ok(reply.last.by !== by, 'it is the other one who was quicker');
          }
        } else {
          told.refused++;
        }
      }
    };
    const inboxes = new Map(workers.map((agent) => [agent, { lost: 0, got: 0 }]));
    const collect = async (): Promise<void> => {
      const calls = await callsOf();
      const upTo = new Map<string, string>();
      let isLast = false;
      // Once more after the last of all.
      for (;;) {
        isLast = done >= moves && ended;
        for (const agent of workers) {
          for (;;) {
            const mail = await calls.inbox(agent, upTo.get(agent) ?? '', 100);
            if (mail.length === 0) break;
            upTo.set(agent, mail.at(-1)!.id);
            for (const { text } of mail) {
              const of = inboxes.get(agent)!;
              if (text.startsWith('Your claim on')) of.lost++;
              else if (text.startsWith('You now hold')) of.got++;
            }
          }
        }
        if (isLast) return;
      }
    };
    let ended = false;
    const acting = Promise.all([...workers.map(work), supervise('ada@desk'), supervise('bob@desk')]).finally(
      () => (ended = true),
    );
    await Promise.all([acting, collect()]);

    assert.ok(told.done >= moves);
    assert.ok(told.changed > 0, 'somebody came second');
    for (const agent of workers) {
      assert.deepEqual(inboxes.get(agent), { lost: lost.get(agent) ?? 0, got: got.get(agent) ?? 0 }, agent);
    }
    const entries = await rig.history();
    assertConsecutive(entries);
    const last = new Map<string, number>();
    let moved = 0;
    for (const change of entries.map(changeIn)) {
      if (change.kind === 'transfer' || change.kind === 'break') moved++;
      if (change.kind !== 'claim' && change.kind !== 'transfer') continue;
      assert.ok(change.token > (last.get(change.resource) ?? 0), `the token of ${change.resource} has grown`);
      last.set(change.resource, change.token);
    }
    assert.equal(moved, told.done, 'each is in the history once');
  });
});

/** Numbers from 0 to 1 that are the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
