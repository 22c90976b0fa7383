import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineStore } from '../../../../webview/console/lineStore.ts';
import { lineOf, linesOf } from './sampleLines.ts';

const idsOf = (store: LineStore): number[] =>
  Array.from({ length: store.size }, (_, index) => store.idAt(store.first + index));

describe('the console keeps lines', () => {
  it('gives back what it was given', () => {
    const store = new LineStore();
    const full = lineOf(7, {
      ns: 'a:',
      channel: 'a:agent:state:sync',
      agent: 'agent-1',
      role: 'writer',
      request: 'r1',
      source: 'history',
      kind: 'state',
      mark: 'stale',
      reason: 'is at 4',
      resource: 'src/a.ts',
      seq: 12,
      length: 5_000,
    });
    store.append([lineOf(3), full]);
    assert.deepEqual(store.lineAt(store.first), lineOf(3));
    assert.deepEqual(store.lineAt(store.first + 1), full);
    assert.equal(store.lineAt(store.end), null);
    assert.equal(store.lineAt(store.first - 1), null);
  });

  it('drops the oldest beyond its number, and counts them', () => {
    const store = new LineStore(10);
    store.append(linesOf(0, 25));
    assert.deepEqual(idsOf(store), [15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    assert.equal(store.dropped, 15);
    assert.equal(store.lineAt(store.first - 1), null);
  });

  it('drops the oldest beyond its amount of text, but never the only one', () => {
    const one = new LineStore();
    one.append([lineOf(0, { text: '' })]);
    // What all lines have in common counts once.
    const shared = one.textSize;
    const store = new LineStore(100, shared + 10);
    store.append(['aaaa', 'bbbb', 'cccc'].map((text, id) => lineOf(id, { text })));
    assert.deepEqual(idsOf(store), [1, 2]);
    store.append([lineOf(9, { text: 'x'.repeat(50) })]);
    assert.deepEqual(idsOf(store), [9]);
    assert.equal(store.textSize, shared + 50);
  });

  it('counts names as it counts texts, so that they are bounded as well', () => {
    const store = new LineStore(1_000, 10_000);
    for (let id = 0; id < 100; id++) store.append([lineOf(id, { text: '', channel: `${id}`.padEnd(1_000, 'c') })]);
    assert.ok(store.size < 10, `${store.size} lines`);
    assert.ok(store.textSize <= 10_000);
    const { size } = store;
    assert.equal(store.prepend([lineOf(-1, { text: 'x'.repeat(2_000) })]), 0);
    assert.equal(store.size, size);
  });

  it('takes older lines only as far as there is room, the newest of them', () => {
    const store = new LineStore(10);
    store.append(linesOf(0, 6));
    const before = store.first;
    assert.equal(store.prepend(linesOf(-9, 9)), 4);
    assert.deepEqual(idsOf(store), [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5]);
    assert.equal(store.first, before - 4);
    assert.ok(store.isFull);
    store.append([lineOf(6)]);
    assert.equal(store.idAt(store.first), -3);
  });

  it('does not take a line twice', () => {
    const store = new LineStore();
    store.append(linesOf(0, 3));
    store.append(linesOf(1, 3));
    store.prepend(linesOf(-1, 3));
    assert.deepEqual(idsOf(store), [-1, 0, 1, 2, 3]);
  });

  it('keeps what lines have in common once, and only while a line has it', () => {
    const store = new LineStore(2);
    store.append(linesOf(0, 5, { agent: 'a', request: 'r1' }));
    assert.deepEqual(store.agents.texts(9), ['a']);
    store.append([lineOf(5, { agent: 'b' }), lineOf(6, { agent: 'c' })]);
    assert.deepEqual(store.agents.texts(9), ['b', 'c']);
    assert.deepEqual(store.requests.texts(9), []);
    assert.equal(store.channels.size, 1);
    assert.deepEqual(store.agents.texts(1), ['b']);
  });

  it('goes on with its positions after it was cleared', () => {
    const store = new LineStore();
    store.append(linesOf(0, 5));
    store.clear();
    assert.equal(store.size, 0);
    assert.equal(store.first, 5);
    store.append([lineOf(0)]);
    assert.deepEqual(idsOf(store), [0]);
    assert.equal(store.channels.size, 1);
  });

  it('is a list of which only the newest are kept, whatever comes in whatever order', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append'), count: fc.integer({ min: 0, max: 3_000 }) }),
      fc.record({ kind: fc.constant('prepend'), count: fc.integer({ min: 0, max: 3_000 }) }),
      fc.record({ kind: fc.constant('clear'), count: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 4_000 }), (steps, most) => {
        const store = new LineStore(most);
        let expected: number[] = [];
        let next = 0;
        let before = -1;
        for (const { kind, count } of steps) {
          if (kind === 'append') {
            store.append(linesOf(next, count));
            for (let i = 0; i < count; i++) expected.push(next++);
            expected = expected.slice(-most);
          } else if (kind === 'prepend') {
            if (expected.length === 0) before = next - 1;
            else before = (expected[0] ?? 0) - 1;
            const took = store.prepend(linesOf(before - count + 1, count));
            assert.equal(took, Math.min(count, most - expected.length));
            for (let i = 0; i < took; i++) expected.unshift(before--);
          } else {
            store.clear();
            expected = [];
          }
          assert.deepEqual(idsOf(store), expected);
          assert.ok(expected.every((id, index) => store.textAt(store.first + index) === `message ${id}`));
          const middle = expected[Math.floor(expected.length / 2)];
          if (middle !== undefined) assert.equal(store.idAt(store.positionOf(middle)), middle);
        }
      }),
      { numRuns: 30 },
    );
  });
});
