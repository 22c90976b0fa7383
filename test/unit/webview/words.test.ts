import assert from 'node:assert/strict';
import {
  formatAge,
  formatCount,
  formatMs,
  formatPart,
  formatShortTime,
  formatTime,
  wordsOf,
} from '../../../webview/words.ts';

describe("The page's words", () => {
  it('are translated where there is a translation, with what is put into them left alone', () => {
    const l10n = wordsOf({ '{0} of {1}': '{1}: {0}' });
    assert.equal(l10n.t('{0} of {1}', 'a', 2), '2: a');
    assert.equal(l10n.t('no {0}', 'x'), 'no x');
    assert.equal(l10n.t('{0} {1}', '{1}', '$&'), '{1} $&');
    assert.equal(l10n.t('{0} {7}', 1), '1 {7}');
    assert.equal(wordsOf({}).t('constructor'), 'constructor');
  });

  it('say durations with the digits that count', () => {
    const said = [0, 0.42, 0.999, 4.14, 9.96, 12.4, 999.4, 999.6, 1_240, 59_600, 119_600, 3_600_000, 7_300_000].map(
      (ms) => formatMs(ms, 'en'),
    );
    assert.deepEqual(said, [
      '0 ms',
      '0.42 ms',
      '1 ms',
      '4.1 ms',
      '10 ms',
      '12 ms',
      '999 ms',
      '1 s',
      '1.2 s',
      '60 s',
      '2 min',
      '60 min',
      '2 h',
    ]);
    assert.equal(formatMs(4.14, 'de'), '4,1 ms');
    assert.deepEqual(
      [-5, 400, 1_600, 42_400].map((ms) => formatAge(ms, 'en')),
      ['0 s', '0 s', '2 s', '42 s'],
    );
  });

  it('say times of day in full, and numbers in the language', () => {
    const at = new Date(2026, 0, 1, 5, 6, 7, 89).getTime();
    assert.equal(formatTime(at, 'en'), '05:06:07.089');
    assert.equal(formatTime(at, 'de'), '05:06:07,089');
    assert.equal(formatShortTime(new Date(2026, 0, 1, 0, 0, 0).getTime(), 'en'), '00:00:00');
    assert.equal(formatCount(100_000, 'en'), '100,000');
    assert.equal(formatCount(100_000, 'de'), '100.000');
    assert.equal(formatPart(0.0349, 'en'), '3.5%');
  });
});
