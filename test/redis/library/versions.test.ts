import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stateHash } from '../../../src/protocol/names.ts';
import { assertConsecutive, LibraryRig } from '../../support/libraryRig.ts';

const numRuns = process.env['TEST_LONG'] === undefined ? 60 : 1_500;

const state = (ver: number, mark: number): string => JSON.stringify({ ver, mark });

/** What one publishes: the how manieth issued epoch (0 stands for none), the version and a mark that tells contents apart. */
const publication = fc.record({ epoch: fc.nat(3), ver: fc.nat(4), mark: fc.nat(1) });
const step = fc.oneof(
  { weight: 6, arbitrary: publication },
  { weight: 1, arbitrary: fc.constant('hello' as const) },
  { weight: 1, arbitrary: fc.constant('forged' as const) },
);

describe('versions of states', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start();
  });
  after(() => rig.dispose());

  const stored = async (agent: string): Promise<{ epoch: string; state: unknown } | null> => {
    const text = await rig.client.hget(rig.key(stateHash), agent);
    return text === null ? null : (JSON.parse(text) as { epoch: string; state: unknown });
  };

  it('never let an older (epoch, ver) replace a newer one, in any order (invariant 1)', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      rig.fresh();
      const epochs = [0];
      let known = null as { epoch: number; ver: number; text: string } | null;
      let accepted = 0;
      for (const one of steps) {
        if (one === 'hello') {
          const { epoch, state: text } = await rig.calls.hello('a');
          assert.ok(epoch > epochs.at(-1)!, 'epochs grow');
          assert.equal(text, known?.text ?? '');
          epochs.push(epoch);
          accepted++;
          continue;
        }
        if (one === 'forged') {
          const forged = Date.now() * 1_000 + 3_600e6;
          await rig.refuses(() => rig.call('publish', [], 'a', forged, 1, state(1, 0)), /^ReplyError: ERR signalbox: /);
          continue;
        }
        const epoch = epochs[Math.min(one.epoch, epochs.length - 1)]!;
        const text = state(one.ver, one.mark);
        const reply = await rig.calls.publish('a', epoch, text);
        const order: number = known === null ? 1 : epoch - known.epoch || one.ver - known.ver;
        if (known === null || order > 0) {
          assert.deepEqual(reply, { kind: 'accepted', seq: ++accepted });
          known = { epoch, ver: one.ver, text };
        } else {
          const kind: string = order < 0 ? 'stale' : text === known.text ? 'same' : 'divergent';
          assert.deepEqual(reply, { kind, epoch: known.epoch, ver: known.ver });
        }
        const now = await stored('a');
        assert.deepEqual([now?.epoch, now?.state], [String(known.epoch), JSON.parse(known.text)]);
      }
      const entries = await rig.history();
      assertConsecutive(entries);
      assert.equal(entries.length, accepted);
    });
    await fc.assert(property, { numRuns });
  });

  it('ends at the highest when many publish at once (invariant 1)', async () => {
    rig.fresh();
    const clients = await Promise.all(Array.from({ length: 6 }, () => rig.open()));
    const first = (await rig.calls.hello('a')).epoch;
    const second = (await rig.calls.hello('a')).epoch;
    const sent = [first, second].flatMap((epoch) => Array.from({ length: 150 }, (_, ver) => ({ epoch, ver })));
    const order = fc.sample(fc.shuffledSubarray(sent, { minLength: sent.length }), 1)[0]!;
    await Promise.all(
      order.map(({ epoch, ver }, i) =>
        rig.callBy(clients[i % clients.length]!, 'publish', [], 'a', epoch, '', state(ver, epoch)),
      ),
    );
    assert.deepEqual((await stored('a'))?.state, { ver: 149, mark: second });
    const entries = await rig.history();
    assertConsecutive(entries);
    const versions = entries
      .filter(({ kind }) => kind === 'state')
      .map(({ data }) => JSON.parse(data) as { epoch: string; state: { ver: number } })
      .map(({ epoch, state: { ver } }) => Number(epoch) * 1_000 + ver);
    assert.deepEqual(
      versions,
      versions.toSorted((a, b) => a - b),
      'every accepted state is newer than the one before',
    );
  });

  it('count for each agent and each namespace by itself (invariant 1)', async () => {
    const one = rig.fresh();
    await rig.calls.publish('a', 0, state(5, 0));
    assert.equal((await rig.calls.publish('b', 0, state(1, 0))).kind, 'accepted');
    rig.fresh();
    assert.deepEqual(await rig.calls.publish('a', 0, state(1, 0)), { kind: 'accepted', seq: 1 });
    rig.ns = one;
    assert.deepEqual(await rig.calls.publish('a', 0, state(4, 0)), { kind: 'stale', epoch: 0, ver: 5 });
  });

  it('are told from what a plain agent has stored, if that can be read (invariant 1)', async () => {
    rig.fresh();
    const store = (text: string): Promise<number> => rig.client.hset(rig.key(stateHash), 'a', text);
    await store('{"agent_id":"a","state":{"ver":7}}');
    assert.deepEqual(await rig.calls.publish('a', 0, state(6, 0)), { kind: 'stale', epoch: 0, ver: 7 });
    await store('{"task":"x","ver":8}');
    assert.deepEqual(await rig.calls.publish('a', 0, state(7, 0)), { kind: 'stale', epoch: 0, ver: 8 });
    for (const garbage of ['', '{', '[]', '7', 'null', '{"state":[],"epoch":{}}', '{"ver":"x"}', '['.repeat(3_000)]) {
      await store(garbage);
      assert.equal((await rig.calls.publish('a', 0, state(1, 0))).kind, 'accepted', garbage.slice(0, 20));
    }
  });
});
