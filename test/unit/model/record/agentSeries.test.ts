import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AgentSeries } from '../../../../src/model/record/agentSeries.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const second = (n: number): number => start + n * 1_000;

/** A broadcast of an agent in a second, with how long it took. */
function speak(series: AgentSeries, key: string, n: number, ms = 1): void {
  const tally = series.of(key, second(n));
  if (!tally) return;
  tally.messages++;
  tally.latency('messages', ms);
}

const messages = (series: AgentSeries, key: string): number[] =>
  [...series.since(key, -Infinity).values()].map((own) => own.messages);

describe('the series of agents', () => {
  it('give back what was counted, second by second, those at hand included', () => {
    const said = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c'),
        n: fc.nat(20),
        kind: fc.nat(6),
        ms: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(said, (all) => {
        const series = new AgentSeries(start);
        const expected = new Map<string, { messages: number; conflicts: number; timed: number }>();
        for (const { key, n, kind, ms } of all.toSorted((a, b) => a.n - b.n)) {
          const tally = series.of(key, second(n))!;
          tally.messages++;
          tally.conflicts[kind]! += 2;
          tally.latency(kind > 2 ? 'claims' : 'waits', ms);
          const sums = expected.get(`${key}${n}`) ?? { messages: 0, conflicts: 0, timed: 0 };
          expected.set(`${key}${n}`, {
            messages: sums.messages + 1,
            conflicts: sums.conflicts + 2,
            timed: sums.timed + 1,
          });
        }
        const found = new Map(
          ['a', 'b', 'c'].flatMap((key) =>
            [...series.since(key, start)].map(([at, own]) => {
              const conflicts = own.conflicts.reduce((sum, each) => sum + each, 0);
              const timed = own.latency.flatMap((pairs) => pairs.filter((_, i) => i % 2 === 1));
              const sums = { messages: own.messages, conflicts, timed: timed.reduce((sum, each) => sum + each, 0) };
              return [`${key}${(at - start) / 1_000}`, sums] as const;
            }),
          ),
        );
        assert.deepEqual(found, expected);
      }),
    );
  });

  it('let the longest unheard agent go when another comes, and say from when on it is known', () => {
    const series = new AgentSeries(start, { agents: 2, pairs: 1_000 });
    speak(series, 'a', 0);
    speak(series, 'b', 0);
    speak(series, 'b', 1);
    speak(series, 'a', 2);
    assert.deepEqual([series.knownFrom('a'), series.pairs], [-Infinity, 2]);
    speak(series, 'c', 100);
    assert.equal(series.pairs, 1);
    assert.deepEqual([...series.keys].sort(), ['a', 'c']);
    assert.deepEqual([messages(series, 'a'), messages(series, 'b'), messages(series, 'c')], [[1, 1], [], [1]]);
    assert.equal(series.knownFrom('a'), -Infinity);
    // After its last second nothing of it was lost.
    assert.equal(series.knownFrom('b'), second(2));
  });

  it('do not let newcomers push out who was heard lately, but whom somebody looks at', () => {
    const series = new AgentSeries(start, { agents: 2, pairs: 1_000 });
    speak(series, 'a', 0);
    speak(series, 'b', 0);
    for (let i = 0; i < 1_000; i++) speak(series, `new${i}`, 10);
    assert.deepEqual([...series.keys], ['a', 'b']);
    series.watch('w', second(11));
    speak(series, 'w', 12);
    assert.deepEqual([...series.keys], ['b', 'w']);
    assert.deepEqual([messages(series, 'w'), series.knownFrom('w')], [[1], second(11)]);
    for (let i = 0; i < 1_000; i++) speak(series, `late${i}`, 100 + i * 100);
    assert.ok([...series.keys].includes('w'));
    assert.equal([...series.keys].length, 2);
  });

  it('let the oldest seconds go where there is too much in all', () => {
    const series = new AgentSeries(start, { agents: 64, pairs: 500 });
    for (let n = 0; n < 400; n++) {
      for (const key of ['a', 'b']) for (const ms of [1, 10]) speak(series, key, n, ms);
      assert.ok(series.pairs <= 500);
    }
    for (const key of ['a', 'b']) {
      const seconds = [...series.since(key, -Infinity).keys()];
      assert.equal(seconds[0], series.knownFrom(key));
      assert.equal(seconds.at(-1), second(399));
      assert.ok(seconds.length > 60);
      seconds.forEach((at, i) => assert.equal(at, seconds[0]! + i * 1_000));
    }
  });

  it('let go what is older than anything that is drawn', () => {
    const series = new AgentSeries(start);
    speak(series, 'a', 0);
    for (let n = 0; n < 8_000; n++) {
      speak(series, 'b', n);
      series.tick(second(n));
    }
    assert.deepEqual([...series.keys], ['b']);
    const kept = messages(series, 'b').length;
    assert.ok(kept >= 3_600 && kept <= 3_700, `${kept}`);
    assert.equal(series.knownFrom('b'), -Infinity);
  });

  it('stay small however many agents there are', () => {
    const series = new AgentSeries(start, { agents: 8, pairs: 100 });
    for (let i = 0; i < 1_000_000; i++) speak(series, `agent${i}`, Math.floor(i / 50), i);
    assert.ok([...series.keys].length <= 8 && series.pairs <= 100);
    series.watch('nobody', second(1));
    for (let n = 20_100; n < 24_000; n += 100) series.tick(second(n));
    assert.deepEqual([[...series.keys], series.pairs], [['nobody'], 0]);
  });

  it('begin anew when the clock was set back', () => {
    const series = new AgentSeries(start);
    speak(series, 'a', 100);
    series.setBack(second(50));
    assert.deepEqual(messages(series, 'a'), []);
    assert.equal(series.knownFrom('a'), second(50));
    speak(series, 'a', 51);
    assert.deepEqual(messages(series, 'a'), [1]);
  });
});
