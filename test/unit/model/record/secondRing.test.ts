import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { SecondRing, type Gauges } from '../../../../src/model/record/secondRing.ts';
import { second } from '../../../../src/protocol/panel/picture.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const gauges = (agents: number): Gauges => ({ isLive: true, agents, claims: 2, you: 0, queued: 3, oldestMs: null });

describe('the ring of seconds', () => {
  it('puts each thing into the second in which it happened, also where the tick is late', () => {
    const ring = new SecondRing(start);
    ring.at(start + 900).messages++;
    ring.at(start + 1_100).messages += 2;
    ring.at(start + 1_100).latency('probe', 5);
    assert.equal(ring.close(start + 1_200, gauges(4)), 1);
    ring.at(start + 1_999).messages += 4;
    assert.equal(ring.close(start + 2_000, gauges(5)), 1);
    assert.deepEqual(
      ring.closed.map(({ at, agents, messages }) => [at - start, agents, messages]),
      [
        [0, 4, 1],
        [1_000, 5, 6],
      ],
    );
    assert.equal(ring.closed[1]!.latency[3]!.length, 2);
    assert.equal(ring.close(start + 2_999, gauges(6)), 0);
  });

  it('has no holes: a second that nobody closed has nothing in it, and the gauges as they were', () => {
    const ring = new SecondRing(start);
    ring.close(start + 1_000, gauges(4));
    ring.at(start + 3_500).messages++;
    ring.close(start + 6_000, gauges(9));
    assert.deepEqual(
      ring.closed.map(({ at, agents, messages }) => [at - start, agents, messages]),
      [
        [0, 4, 0],
        [1_000, 4, 0],
        [2_000, 4, 0],
        [3_000, 4, 1],
        [4_000, 4, 0],
        [5_000, 9, 0],
      ],
    );
  });

  it('keeps an hour, however long the machine was asleep', () => {
    const ring = new SecondRing(start);
    ring.close(start + 10_000, gauges(1));
    ring.close(start + 400 * 86_400_000, gauges(1));
    assert.equal(ring.closed.length, 3_600);
    assert.equal(ring.closed.at(-1)!.at, start + 400 * 86_400_000 - 1_000);
    for (let i = 1; i <= 5_000; i++) ring.close(start + 400 * 86_400_000 + i * 1_000, gauges(1));
    assert.equal(ring.closed.length, 3_600);
  });

  it('waits for a clock that was set back a little, and forgets the future of one that was set back far', () => {
    const ring = new SecondRing(start);
    ring.close(start + 60_000, gauges(1));
    ring.at(start + 57_000).messages++;
    assert.equal(ring.isAhead(start + 57_000), false);
    assert.equal(ring.close(start + 57_000, gauges(1)), 0);
    ring.close(start + 61_000, gauges(1));
    assert.equal(ring.closed.at(-1)!.messages, 1);
    assert.equal(ring.isAhead(start + 10_000), true);
    ring.setBack(start + 10_000);
    ring.close(start + 11_000, gauges(1));
    assert.deepEqual([ring.closed.length, ring.closed.at(-1)!.at], [11, start + 10_000]);
  });

  it('is without holes and gives what the page takes, whatever clocks do and nobody closes', () => {
    const jumps = fc.array(
      fc.tuple(fc.constantFrom('happen', 'close'), fc.integer({ min: -20_000, max: 90_000 }), fc.double()),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(jumps, (all) => {
        const ring = new SecondRing(start);
        let now = start;
        let [happened, told] = [0, 0];
        const forgot = (): void => {
          happened = told = 0;
          for (const { messages } of ring.closed) happened += messages;
        };
        for (const [what, ms, value] of all) {
          now += ms;
          if (ring.isAhead(now)) {
            ring.setBack(now);
            forgot();
          }
          if (what === 'happen') {
            const open = ring.at(now);
            open.messages++;
            open.latency('messages', value);
            happened++;
          } else ring.close(now, gauges(1));
          ring.closed.forEach((each, i) => assert.ok(i === 0 || each.at === ring.closed[i - 1]!.at + 1_000));
          assert.ok(ring.open.length <= 60 && ring.closed.length <= 3_600);
          assert.ok(ring.closed.every((each) => v.is(second, each)));
        }
        for (const { messages } of [...ring.closed, ...ring.open]) told += messages;
        if (ring.closed.length < 3_600) assert.equal(told, happened);
      }),
      { numRuns: 60 },
    );
  });
});
