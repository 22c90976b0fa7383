import assert from 'node:assert/strict';
import { HistoryWalk, remembered } from '../../../../webview/console/history.ts';

describe('the history of what was published', () => {
  it('is walked up from an empty field and down to it again', () => {
    const walk = new HistoryWalk();
    const history = ['a', 'b', 'c'];
    assert.equal(walk.step(history, 'up', ''), 'c');
    assert.equal(walk.step(history, 'up', 'c'), 'b');
    assert.equal(walk.step(history, 'down', 'b'), 'c');
    assert.equal(walk.step(history, 'down', 'c'), '');
    assert.equal(walk.step(history, 'down', ''), null);
    assert.equal(walk.step(history, 'up', ''), 'c');
  });

  it('ends at the oldest, and leaves alone what is being written', () => {
    const walk = new HistoryWalk();
    assert.equal(walk.step(['a'], 'up', ''), 'a');
    assert.equal(walk.step(['a'], 'up', 'a'), null);
    assert.equal(walk.step(['a'], 'up', 'changed'), null);
    assert.equal(walk.step([], 'up', ''), null);
  });

  it('has each payload once, the last one sent as its newest', () => {
    assert.deepEqual(remembered(['a', 'b', 'c'], 'a', 3), ['b', 'c', 'a']);
    assert.deepEqual(remembered(['a', 'b', 'c'], 'd', 3), ['b', 'c', 'd']);
  });
});
