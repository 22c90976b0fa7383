import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { LineRing, type Draft } from '../../../../src/model/record/lineRing.ts';
import { line, shownText } from '../../../../src/protocol/panel/line.ts';

const draft = (text: string, more: Partial<Draft> = {}): Draft => ({
  at: 0,
  ns: '',
  channel: '',
  agent: null,
  role: null,
  request: null,
  source: 'live',
  kind: 'event',
  mark: null,
  reason: null,
  resource: null,
  seq: null,
  text,
  stampUs: null,
  ...more,
});

const all = (ring: LineRing) => ring.before(Number.MAX_SAFE_INTEGER, 1_000_000);
const texts = (ring: LineRing): string[] => all(ring).map(({ text }) => text);

/** What can be done to a ring, with texts of so many units. */
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('append' as const), lengths: fc.array(fc.nat(40), { maxLength: 30 }) }),
    fc.record({ do: fc.constant('prepend' as const), lengths: fc.array(fc.nat(40), { maxLength: 30 }) }),
    fc.record({ do: fc.constant('limit' as const), lengths: fc.tuple(fc.nat(60), fc.nat(800)) }),
    fc.record({ do: fc.constant('clear' as const), lengths: fc.constant([]) }),
  ),
  { maxLength: 40 },
);

describe('the ring of lines', () => {
  it('keeps the newest within its bounds, gives no id twice, and finds all that it keeps', () => {
    fc.assert(
      fc.property(steps, (todo) => {
        const ring = new LineRing(20, 300);
        let [count, units] = [20, 300];
        /** What must be there, as a plain list. */
        let expected: string[] = [];
        let dropped = 0;
        let made = 0;
        const everSeen = new Map<number, string>();
        const shrink = (): void => {
          while (expected.length > count || expected.join('').length > units) {
            expected.shift();
            dropped++;
          }
        };
        const textOf = (length: number): string => `${made++}`.padEnd(length, '.');
        for (const step of todo) {
          if (step.do === 'append') {
            for (const length of step.lengths) {
              const text = textOf(length);
              ring.append(draft(text));
              expected.push(text);
              shrink();
            }
          } else if (step.do === 'prepend') {
            const older = step.lengths.map(textOf);
            const taken = ring.prepend(older.map((text) => draft(text)));
            const fitting = older.slice(older.length - taken.length);
            assert.deepEqual(
              taken.map(({ text }) => text),
              fitting,
            );
            expected = [...fitting, ...expected];
            // The next older one would have been too many, or too much.
            const next = older.at(-taken.length - 1);
            if (older.length > taken.length && next !== undefined) {
              assert.ok(expected.length + 1 > count || `${next}${expected.join('')}`.length > units);
            }
          } else if (step.do === 'limit') {
            [count, units] = [Math.max(1, step.lengths[0]!), Math.max(1, step.lengths[1]!)];
            ring.limit(count, units);
            shrink();
          } else {
            ring.clear();
            expected = [];
            dropped = 0;
          }
          const lines = all(ring);
          assert.deepEqual(
            lines.map(({ text }) => text),
            expected,
          );
          assert.deepEqual([ring.kept, ring.dropped], [expected.length, dropped]);
          assert.ok(expected.length <= count && expected.join('').length <= units);
          lines.forEach(({ id, text }, i) => {
            assert.ok(i === 0 || id > lines[i - 1]!.id);
            assert.equal(everSeen.get(id) ?? text, text);
            everSeen.set(id, text);
            assert.equal(ring.get(id)?.text, text);
            assert.deepEqual(ring.since(id, 3), lines.slice(i + 1, i + 4));
            assert.deepEqual(ring.before(id, 3), lines.slice(Math.max(0, i - 3), i));
          });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('hands on every line once to whoever asks for what came since, as long as none has to go', () => {
    const ring = new LineRing(10_000, 1_000_000);
    const got: string[] = [];
    let last = 0;
    for (let i = 0; i < 5_000; i++) {
      ring.append(draft(`${i}`));
      if (i % 7 !== 0) continue;
      const lines = ring.since(last, 5);
      last = lines.at(-1)?.id ?? last;
      got.push(...lines.map(({ text }) => text));
    }
    got.push(...ring.since(last, 10_000).map(({ text }) => text));
    assert.deepEqual(
      got,
      Array.from({ length: 5_000 }, (_, i) => `${i}`),
    );
  });

  it('counts the names that stand beside a text as well, since they take as much room', () => {
    const long = {
      channel: 'c'.repeat(100),
      agent: 'a'.repeat(100),
      reason: 'r'.repeat(100),
      resource: 'f'.repeat(100),
    };
    const ring = new LineRing(1_000, 2_000);
    for (let i = 0; i < 10; i++) ring.append(draft('', long));
    assert.deepEqual([ring.kept, ring.dropped], [5, 5]);
    ring.limit(1_000, 3_000);
    assert.equal(ring.prepend(Array.from({ length: 5 }, () => draft('', long))).length, 2);
    ring.clear();
    for (let i = 0; i < 10; i++) ring.append(draft('x'.repeat(300)));
    assert.equal(ring.kept, 10);
  });

  it('puts what was read later before the oldest, with ids below, and lets it go first', () => {
    const ring = new LineRing(4, 1_000);
    ring.append(draft('c'));
    ring.append(draft('d'));
    const ids = ring.prepend(['x', 'a', 'b'].map((text) => draft(text))).map(({ id }) => id);
    assert.deepEqual(ids, [-1, 0]);
    assert.deepEqual(texts(ring), ['a', 'b', 'c', 'd']);
    ring.append(draft('e'));
    assert.deepEqual(texts(ring), ['b', 'c', 'd', 'e']);
    ring.limit(5, 1_000);
    assert.deepEqual(
      ring.prepend([draft('a')]).map(({ id }) => id),
      [-2],
    );
    assert.equal(ring.dropped, 1);
  });

  it('shows the first part of a long text and keeps the whole, up to what a payload may be', () => {
    const ring = new LineRing(10, 10_000_000);
    ring.append(draft('x'.repeat(5_000)));
    ring.append(draft('y'.repeat(3_000_000)));
    ring.append(draft('z', { length: 9_999 }));
    const [first, second, third] = all(ring);
    assert.deepEqual([first!.text.length, first!.length], [shownText, 5_000]);
    assert.deepEqual([ring.get(1)!.text.length, ring.get(1)!.isWhole], [5_000, true]);
    assert.deepEqual([second!.text.length, second!.length], [shownText, 3_000_000]);
    assert.deepEqual([ring.get(2)!.text.length, ring.get(2)!.isWhole], [256 * 1024, false]);
    assert.deepEqual([third!.length, ring.get(3)!.isWhole], [9_999, false]);
    assert.equal(ring.get(4), undefined);
    assert.equal(ring.get(Number.NaN), undefined);
  });

  it('makes lines that the page takes of whatever it is given', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.nat(30_000).map((length) => '\ud800\u{fffd}é'.repeat(length).slice(0, length)),
    );
    const orNull = fc.option(text);
    const drafts = fc.record({
      ns: text,
      channel: text,
      agent: orNull,
      role: orNull,
      request: orNull,
      reason: orNull,
      resource: orNull,
      kind: text,
      text,
    });
    fc.assert(
      fc.property(drafts, (parts) => {
        const ring = new LineRing(10, 1_000_000);
        ring.append(draft('', parts));
        ring.prepend([draft('', parts)]);
        for (const each of all(ring)) assert.ok(v.is(line, each), JSON.stringify(v.safeParse(line, each).issues));
      }),
    );
  });

  it('counts what was lost before it came here', () => {
    const ring = new LineRing(1, 10);
    ring.append(draft('a'));
    ring.append(draft('b'));
    ring.missed(7);
    assert.deepEqual([ring.kept, ring.dropped, ring.lastId], [1, 8, 2]);
    ring.clear();
    assert.deepEqual([ring.kept, ring.dropped, ring.lastId], [0, 0, 2]);
  });
});
