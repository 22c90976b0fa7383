import assert from 'node:assert/strict';
import { clockTime, oneLine, shortChannel } from '../../../../webview/console/lineText.ts';

describe('the text of a row', () => {
  it('is one line that hides nothing', () => {
    assert.equal(oneLine('plain {"a":1}', 60), 'plain {"a":1}');
    assert.equal(oneLine('a\nb\u202ec', 60), 'a␊b\ufffdc');
    assert.equal(oneLine('abcdef', 4), 'abc…');
  });

  it('has the time of day to the millisecond', () => {
    assert.equal(clockTime(new Date(2025, 0, 2, 3, 4, 5, 6).getTime()), '03:04:05.006');
  });

  it('has the namespace only where there are several', () => {
    assert.equal(shortChannel('a:agent:events', 'a:', true), 'agent:events');
    assert.equal(shortChannel('a:agent:events', 'a:', false), 'a:agent:events');
    assert.equal(shortChannel('build:x', 'a:', true), 'build:x');
    assert.equal(shortChannel('agent:events', '', true), 'agent:events');
  });
});
