import assert from 'node:assert/strict';
import { kindWord } from '../../../../webview/console/kindWords.ts';
import { wordsOf } from '../../../../webview/words.ts';

describe('the kind of a line', () => {
  const word = (kind: string): string => kindWord(kind, wordsOf({ state: 'Zustand', stale: 'veraltet' }));

  it('is said in the language of the window', () => {
    assert.deepEqual(['state', 'stale', 'renew', 'heard'].map(word), [
      'Zustand',
      'veraltet',
      'claim renewed',
      'heard on another channel',
    ]);
  });

  it('stands as it is where it is not known', () => {
    assert.equal(word('novel'), 'novel');
  });
});
