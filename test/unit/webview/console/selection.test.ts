import assert from 'node:assert/strict';
import { mostSelected, Selection } from '../../../../webview/console/selection.ts';

describe('the selection of the console', () => {
  it('is one line, or those that were chosen one by one', () => {
    const selection = new Selection();
    selection.only(5);
    selection.toggle(3);
    selection.toggle(9);
    selection.toggle(5);
    assert.deepEqual(selection.positions, [3, 9]);
    assert.equal(selection.active, 5);
    selection.only(4);
    assert.deepEqual(selection.positions, [4]);
  });

  it('is a range from where it began', () => {
    const selection = new Selection();
    selection.only(5);
    selection.range([8, 7, 6, 5], 8);
    assert.deepEqual(selection.positions, [5, 6, 7, 8]);
    assert.equal(selection.anchor, 5);
    assert.equal(selection.active, 8);
    selection.range(
      Array.from({ length: mostSelected + 5 }, (_, index) => index),
      0,
    );
    assert.equal(selection.size, mostSelected);
  });

  it('forgets lines that are gone', () => {
    const selection = new Selection();
    selection.only(2);
    selection.range([2, 3, 4], 4);
    assert.equal(selection.dropBelow(2), false);
    assert.equal(selection.dropBelow(4), true);
    assert.deepEqual(selection.positions, [4]);
    assert.equal(selection.anchor, 4);
    assert.equal(selection.dropBelow(9), true);
    assert.equal(selection.active, null);
  });
});
