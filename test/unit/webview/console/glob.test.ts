import assert from 'node:assert/strict';
import { globEscape } from '../../../../src/protocol/names.ts';
import { globMatches } from '../../../../webview/console/glob.ts';

describe('a glob of channels', () => {
  const cases: readonly [string, string, boolean][] = [
    ['*', '', true],
    ['*', 'agent:events', true],
    ['agent:*', 'agent:events', true],
    ['agent:*', 'x:agent:events', false],
    ['*:events', 'a:agent:events', true],
    ['*:events', 'a:agent:events:x', false],
    ['agent:?vents', 'agent:events', true],
    ['?', '', false],
    ['a[bc]d', 'acd', true],
    ['a[^bc]d', 'acd', false],
    ['a[^bc]d', 'axd', true],
    ['a[b-d]', 'ac', true],
    ['a[d-b]', 'ac', true],
    ['a[b-d]', 'ae', false],
    ['a[bc', 'ab', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a**b', 'axxb', true],
    ['', '', true],
    ['', 'a', false],
    ['*a*b*c', 'xxaxxbxxc', true],
    ['*a*b*c', 'xxaxxcxxb', false],
  ];
  for (const [pattern, text, is] of cases) {
    it(`${JSON.stringify(pattern)} is ${is ? '' : 'not '}like ${JSON.stringify(text)}`, () => {
      assert.equal(globMatches(pattern, text), is);
    });
  }

  it('that was escaped is like its text only', () => {
    for (const text of ['a*b', 'a?b', 'a[b]c', 'a\\b', 'a^b']) {
      assert.ok(globMatches(globEscape(text), text), text);
      assert.ok(!globMatches(globEscape(text), `${text}x`), text);
    }
  });

  it('cannot be made to take forever', () => {
    assert.equal(globMatches(`${'*a'.repeat(200)}b`, 'a'.repeat(1_024)), false);
  });
});
