import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeState, KeptState, longestHistory, mostHistory } from '../../../webview/state.ts';
import type { PanelState } from '../../../webview/page.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const first = decodeState(undefined);

describe("The page's kept state", () => {
  it('is the first one where nothing was kept or it is no state at all', () => {
    assert.deepEqual(first.view, { agent: null, range: 300 });
    assert.equal(first.console.follow, true);
    assert.equal(first.latency.series, 'messages');
    for (const kept of [null, 'x', 7, [], { v: 1 }, { view: null, console: [], publish: 'x' }]) {
      assert.deepEqual(decodeState(kept), first);
    }
  });

  it('comes back as it was written, through JSON', () => {
    const kept: PanelState = {
      ...first,
      view: { agent: 'a', range: 900 },
      console: {
        ...first.console,
        marks: ['stale'],
        patterns: ['x:*'],
        text: 'y',
        span: { from: 1, to: 2 },
        resource: 'src/a.ts',
        follow: false,
        place: { selected: [{ id: -3, at: 5 }], top: { id: -9, at: 4, hidden: 2.5 }, scroll: 300 },
      },
      publish: { channel: 'c', payload: '{}', history: ['1', '2'] },
    };
    assert.deepEqual(decodeState(JSON.parse(JSON.stringify(kept))), kept);
  });

  it('loses of another version only what it does not know', () => {
    const kept = {
      v: 2,
      news: true,
      view: { agent: 5, range: 900 },
      console: { text: 'y', marks: ['unheard of'], patterns: ['ok', 5, 'x'.repeat(300)] },
      latency: { series: 'unheard of', table: true },
    };
    const state = decodeState(kept);
    assert.deepEqual(state.view, { agent: null, range: 900 });
    assert.equal(state.console.text, 'y');
    assert.equal(state.console.marks, null);
    assert.deepEqual(state.console.patterns, ['ok']);
    assert.deepEqual(state.latency, { series: 'messages', table: true });
    assert.deepEqual(Object.keys(state).sort(), Object.keys(first).sort());
  });

  it('is made of anything without a failure, and then stays the same', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (one, other) => {
        const state = decodeState({ view: one, console: { patterns: other, text: one }, publish: { history: one } });
        assert.deepEqual(decodeState(state), state);
      }),
    );
  });

  it('keeps the newest payloads, few enough to be written down', () => {
    const many = Array.from({ length: 80 }, (_, i) => String(i));
    assert.deepEqual(decodeState({ publish: { history: many } }).publish.history, many.slice(-mostHistory));
    const large = Array.from({ length: 10 }, (_, i) => String(i).repeat(60_000));
    const { history } = decodeState({ publish: { history: large } }).publish;
    assert.deepEqual(history, large.slice(-3));
    assert.ok(history.join('').length <= longestHistory);
  });

  it('is written at a change, soon for those that follow, and at once when the page goes', () => {
    const clock = new FakeClock();
    const written: PanelState[] = [];
    const state = new KeptState(undefined, (kept) => written.push(kept), clock);
    const heard: number[] = [];
    state.onDidChange(({ view }) => heard.push(view.range));
    const ranges = (): number[] => written.map(({ view }) => view.range);
    for (const range of [900, 60, 3_600]) state.set({ view: { agent: null, range } });
    assert.deepEqual(heard, [900, 60, 3_600]);
    assert.deepEqual(ranges(), [900]);
    clock.advance(1_000);
    assert.deepEqual(ranges(), [900, 3_600]);
    state.set({ queues: { table: true } });
    assert.equal(written.length, 3);
    state.set({ conflicts: { table: true } });
    state.flush();
    state.flush();
    clock.advance(1_000);
    assert.equal(written.length, 4);
    assert.equal(written[3], state.current);
  });
});
