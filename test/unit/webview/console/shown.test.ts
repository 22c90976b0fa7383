import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineFilter, type Wanted } from '../../../../webview/console/filter.ts';
import { LineStore } from '../../../../webview/console/lineStore.ts';
import { type Ask, RegexRun, regexChunk, regexProblem, type Tester } from '../../../../webview/console/regexRun.ts';
import { Shown } from '../../../../webview/console/shown.ts';
import { everything, lineOf, linesOf } from './sampleLines.ts';

const filterOf = (wanted: Partial<Wanted>): LineFilter => new LineFilter({ ...everything, ...wanted }, () => false);

const idsOf = (shown: Shown, store: LineStore): number[] =>
  Array.from({ length: shown.size }, (_, index) => store.idAt(shown.at(shown.first + index)));

/** A tester whose answers come when the test says so. */
class HandTester implements Tester {
  isEnded = false;
  asked: readonly string[][] = [];
  #expression = /(?:)/;
  #listener: (found: Uint8Array | null) => void = () => {};
  #open: readonly string[] | null = null;

  post(ask: Ask): void {
    if ('source' in ask) this.#expression = new RegExp(ask.source, 'i');
    else {
      assert.equal(this.#open, null, 'one lot at a time');
      this.#open = ask.texts;
      this.asked = [...this.asked, [...ask.texts]];
    }
  }
  onAnswer(listener: (found: Uint8Array | null) => void): void {
    this.#listener = listener;
  }
  terminate(): void {
    this.isEnded = true;
  }
  begin(): void {
    this.#listener(null);
  }
  get isAsked(): boolean {
    return this.#open !== null;
  }
  answer(): void {
    const texts = this.#open ?? [];
    this.#open = null;
    this.#listener(Uint8Array.from(texts, (text) => Number(this.#expression.test(text))));
  }
  answerAll(): void {
    while (this.isAsked) this.answer();
  }
}

function searching(store: LineStore, source: string, wanted: Partial<Wanted> = {}) {
  const tester = new HandTester();
  let fire: (() => void) | null = null;
  const timer = {
    set(run: () => void, ms: number) {
      assert.equal(ms, regexChunk.ms);
      fire = run;
      return () => (fire = null);
    },
  };
  let found = 0;
  const shown = new Shown(store, () => found++);
  shown.setFilter(filterOf({ ...wanted, text: source, isRegex: true }), new RegexRun(source, tester, timer));
  return { tester, shown, timeOut: () => fire?.(), isTimed: () => fire !== null, found: () => found };
}

describe('what the console shows', () => {
  it('is what a filter lets pass, whatever comes and goes', () => {
    const step = fc.record({
      kind: fc.constantFrom('append', 'prepend', 'filter', 'open', 'hold', 'release'),
      count: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = new LineStore(100);
        const shown = new Shown(store, () => {});
        let [text, limit, next] = ['', Infinity, 0];
        for (const { kind, count } of steps) {
          if (kind === 'append') store.append(linesOf(next, count));
          if (kind === 'append') next += count;
          if (kind === 'prepend' && store.size > 0) store.prepend(linesOf(store.idAt(store.first) - count, count));
          if (kind === 'filter' || kind === 'open') {
            text = kind === 'open' ? '' : String(count % 10);
            shown.setFilter(filterOf({ text }), null);
          }
          if (kind === 'hold' && limit === Infinity) limit = next;
          if (kind === 'release') limit = Infinity;
          if (kind === 'hold' || kind === 'release') {
            const held = kind === 'hold';
            if (!held || shown.waiting === 0) shown.hold(held);
          }
          shown.update();
          const expected: number[] = [];
          for (let at = store.first; at < store.end; at++) {
            if (store.idAt(at) < limit && store.textAt(at).includes(text)) expected.push(store.idAt(at));
          }
          assert.deepEqual(idsOf(shown, store), expected);
          assert.equal(shown.waiting, limit === Infinity ? 0 : next - Math.max(limit, store.idAt(store.first)));
        }
      }),
    );
  });

  it('keeps the ordinals of lines when others come and go', () => {
    const store = new LineStore(100);
    const shown = new Shown(store, () => {});
    shown.setFilter(filterOf({ text: '5' }), null);
    store.append(linesOf(0, 40));
    shown.update();
    const ordinal = shown.firstWhere((position) => store.idAt(position) >= 15);
    assert.equal(store.idAt(shown.at(ordinal)), 15);
    store.prepend(linesOf(-10, 10));
    store.append(linesOf(40, 12));
    shown.update();
    assert.equal(store.idAt(shown.at(ordinal)), 15);
    assert.equal(shown.ordinalOf(shown.at(ordinal)), ordinal);
    assert.equal(store.idAt(shown.at(shown.first)), -5);
  });

  it('is what an expression finds, in order, with what came before and after meanwhile', () => {
    const store = new LineStore();
    store.append(linesOf(0, 2 * regexChunk.lines + 5));
    const { tester, shown } = searching(store, '7$');
    assert.equal(tester.isAsked, false);
    tester.begin();
    tester.answer();
    store.prepend(linesOf(-10, 10));
    store.append(linesOf(2 * regexChunk.lines + 5, 20));
    shown.update();
    assert.ok(shown.isSearching);
    tester.answerAll();
    assert.ok(!shown.isSearching);
    const expected: number[] = [];
    for (let at = store.first; at < store.end; at++) if (store.textAt(at).endsWith('7')) expected.push(store.idAt(at));
    assert.deepEqual(idsOf(shown, store), expected);
    store.append([lineOf(9_000, { text: 'message 17' }), lineOf(9_001, { text: 'no' })]);
    shown.update();
    tester.answerAll();
    assert.deepEqual(idsOf(shown, store), [...expected, 9_000]);
  });

  it('asks an expression only about what the rest of the filter lets pass, and once about what lines share', () => {
    const store = new LineStore();
    store.append([...linesOf(0, 3, { role: 'r', agent: 'agent-9' }), ...linesOf(3, 5)]);
    const { tester, shown } = searching(store, '9', { role: 'r' });
    tester.begin();
    tester.answerAll();
    assert.deepEqual(tester.asked, [['message 0', 'message 1', 'message 2', 'agent:events', 'agent-9']]);
    assert.deepEqual(idsOf(shown, store), [0, 1, 2]);
  });

  it('is what an expression found until it took too long', () => {
    const store = new LineStore();
    store.append(linesOf(0, regexChunk.lines + 100));
    const { tester, shown, timeOut, isTimed, found } = searching(store, '7');
    assert.ok(!isTimed(), 'its start is not counted');
    tester.begin();
    tester.answer();
    const soFar = idsOf(shown, store);
    assert.ok(isTimed());
    const before = found();
    timeOut();
    assert.ok(tester.isEnded);
    assert.equal(shown.stoppedAt, regexChunk.lines + 1);
    assert.equal(found(), before + 1);
    tester.answer();
    store.append([lineOf(10_007)]);
    shown.update();
    assert.deepEqual(idsOf(shown, store), soFar);
    assert.ok(!shown.isSearching);
  });

  it('forgets what an expression found in lines that are gone', () => {
    const store = new LineStore(10);
    store.append(linesOf(0, 10));
    const { tester, shown } = searching(store, 'message');
    tester.begin();
    store.append(linesOf(10, 5));
    tester.answer();
    tester.answerAll();
    assert.deepEqual(idsOf(shown, store), [5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it('ends the expression before', () => {
    const store = new LineStore();
    store.append(linesOf(0, 10));
    const { tester, shown } = searching(store, '3');
    shown.setFilter(filterOf({}), null);
    assert.ok(tester.isEnded);
    assert.equal(shown.size, 10);
  });

  it('knows what is no expression', () => {
    assert.equal(regexProblem('a|b'), null);
    assert.match(regexProblem('(') ?? '', /Unterminated group/);
  });
});
