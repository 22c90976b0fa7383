import assert from 'node:assert/strict';
import { ToldFigures } from '../../../webview/figures.ts';
import { ToldSeconds } from '../../../webview/seconds.ts';
import { begin, now, second } from './told.ts';

const view = { agent: null, range: 300 };

const made = (): { seconds: ToldSeconds; changes: () => number } => {
  const seconds = new ToldSeconds(view, () => begin + 700);
  let changes = 0;
  seconds.onDidChange(() => changes++);
  return { seconds, changes: () => changes };
};

describe("The page's seconds", () => {
  it('are none at first, on an axis that ends now', () => {
    const { seconds } = made();
    assert.deepEqual(seconds.all, []);
    assert.deepEqual(seconds.axis, { from: begin - 300_000, to: begin });
  });

  it('are at most those of the range, and move with time', () => {
    const { seconds, changes } = made();
    seconds.apply({ kind: 'seconds', view, seconds: Array.from({ length: 300 }, (_, i) => second(i)) });
    assert.equal(seconds.all.length, 300);
    assert.deepEqual(seconds.axis, { from: begin, to: begin + 300_000 });
    const before = seconds.all;
    seconds.apply({ kind: 'ended', seconds: [second(300), second(301)], hot: [] });
    assert.equal(seconds.all.length, 300);
    assert.equal(seconds.all[0]!.at, begin + 2_000);
    assert.deepEqual(seconds.axis, { from: begin + 2_000, to: begin + 302_000 });
    assert.equal(before.length, 300, 'a list that was given out stays as it was');
    assert.equal(changes(), 2);
  });

  it('have no holes: of what nothing was told nothing is known, and all stands as before', () => {
    const { seconds } = made();
    const told = [second(0, { agents: 3, messages: 9, conflicts: { stale: 2 }, messagesMs: [1] }), second(3)];
    seconds.apply({ kind: 'seconds', view, seconds: told });
    assert.deepEqual(
      seconds.all.map(({ at }) => (at - begin) / 1_000),
      [0, 1, 2, 3],
    );
    assert.deepEqual(seconds.all[1], second(1, { isLive: false, agents: 3 }));
    // A night's sleep.
    seconds.apply({ kind: 'ended', seconds: [second(40_000)], hot: [] });
    assert.equal(seconds.all.length, 300);
    assert.equal(seconds.all.at(-1)!.at, begin + 40_000_000);
    assert.ok(seconds.all.every(({ at }, i) => i === 0 || at === seconds.all[i - 1]!.at + 1_000));
  });

  it('are never there twice, and begin when a second does', () => {
    const { seconds } = made();
    const odd = { ...second(2), at: begin + 2_400 };
    seconds.apply({ kind: 'seconds', view, seconds: [second(0), second(1), second(1), odd, second(0)] });
    assert.deepEqual(
      seconds.all.map(({ at }) => at - begin),
      [0, 1_000, 2_000],
    );
  });

  it('of another view than the chosen one are not taken, and what was shown stays until the right ones come', () => {
    const { seconds, changes } = made();
    seconds.apply({ kind: 'seconds', view, seconds: [second(0, { messages: 5 })] });
    const one = { agent: 'a', range: 900 };
    seconds.expect(one);
    seconds.apply({ kind: 'ended', seconds: [second(1)], hot: [] });
    seconds.apply({ kind: 'seconds', view, seconds: [second(0), second(1)] });
    assert.equal(seconds.all.length, 1);
    assert.equal(seconds.view, view);
    assert.equal(changes(), 1);
    seconds.apply({ kind: 'seconds', view: { ...one }, seconds: [second(0)] });
    seconds.apply({ kind: 'ended', seconds: [second(1)], hot: [] });
    assert.deepEqual(seconds.view, one);
    assert.equal(seconds.all.length, 2);
    assert.equal(seconds.axis.to - seconds.axis.from, 900_000);
  });

  it('stand still while they are held, and nothing is lost meanwhile', () => {
    const { seconds, changes } = made();
    const hot = [{ ns: '', resource: 'a', count: 1, agents: ['x'], byKind: [0, 0, 0, 0, 1, 0, 0] }];
    seconds.apply({ kind: 'seconds', view, seconds: [second(0)] });
    seconds.hold(true);
    seconds.apply({ kind: 'ended', seconds: [second(1)], hot });
    assert.equal(seconds.all.length, 1);
    assert.equal(seconds.hot.length, 0);
    assert.equal(changes(), 1);
    seconds.hold(false);
    assert.equal(seconds.all.length, 2);
    assert.equal(seconds.hot, hot);
  });

  it('are gone when the connection was changed, held or not', () => {
    const { seconds } = made();
    seconds.apply({ kind: 'seconds', view, seconds: [second(0)] });
    seconds.hold(true);
    seconds.apply({ kind: 'cleared' });
    assert.equal(seconds.all.length, 0);
  });
});

describe("The page's figures", () => {
  it('stand still while they are held, though how things are is known', () => {
    const figures = new ToldFigures(now({ agents: 1 }));
    let changes = 0;
    figures.onDidChange(() => changes++);
    figures.tell(now({ agents: 2 }));
    figures.hold(true);
    figures.tell(now({ agents: 3 }));
    assert.deepEqual([figures.now.agents, figures.latest.agents, changes], [2, 3, 1]);
    figures.hold(false);
    assert.deepEqual([figures.now.agents, changes], [3, 2]);
  });
});
