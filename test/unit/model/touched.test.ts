import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import type { KeySeen } from '../../../src/protocol/keySeen.ts';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { LibraryNews, leaseSeen } from './libraryNews.ts';

describe('single locks that were read again', () => {
  it('come, change hands and go, and say nothing of others', () => {
    const news = new LibraryNews();
    news.model.apply({ kind: 'locks', ns: '', locks: [], complete: true });
    news.touch([{ resource: 'x', holder: 'p' }]);
    news.touch([{ resource: 'y', holder: 'q' }]);
    assert.deepEqual(news.claims(), ['x p ', 'y q ']);
    news.touch([{ resource: 'x', holder: 'q' }]);
    news.touch([], ['y', 'never']);
    assert.deepEqual(news.claims(), ['x q ']);
    assert.deepEqual(news.lines(), ['claim p x', 'claim q y', 'release p x', 'claim q x', 'release q y']);
    news.pass(40_000);
    news.touch([], ['x']);
    assert.deepEqual(news.lines(), ['expire q x']);
  });

  it('neither begin nor end leases that the library tells of, but end a plain lock in whose place one is', () => {
    const news = new LibraryNews();
    news.snapshot({ leases: [leaseSeen('x', 'a', 1)] });
    news.lines();
    news.touch(
      [
        { resource: 'y', holder: 'b', token: 2 },
        { resource: 'raw', holder: 'p' },
      ],
      ['x'],
    );
    assert.deepEqual(news.claims(), ['raw p ', 'x a 1']);
    news.touch([{ resource: 'raw', holder: 'a', token: 3 }]);
    assert.deepEqual(news.claims(), ['x a 1']);
    assert.deepEqual(news.lines(), ['claim p raw', 'release p raw']);
  });
});

describe('other keys that were read again', () => {
  const result = (name: string, text: string): KeySeen => ({
    ...{ name, role: 'result', isGeneric: false, type: 'string', ttlMs: null, size: text.length, bytes: null },
    ...{ text, entries: [] },
  });
  const touched = (keys: readonly KeySeen[], gone: readonly string[] = []): FeedMessage => {
    const nothing = { locks: [], queues: [] };
    return { kind: 'touched', ns: '', ...nothing, keys, gone: { ...nothing, keys: gone } };
  };

  it('come, change and go, and say nothing of others', () => {
    const model = new FleetModel({ clock: new FakeClock(), observerId: 'test' });
    const texts = (): unknown[] => model.run.map((item) => (item.kind === 'result' ? item.content.text : item.kind));
    const changes: boolean[] = [];
    model.onDidChange(({ run }) => changes.push(run));
    model.apply({ kind: 'keys', ns: '', keys: [result('a:result', '1')], complete: true });
    model.apply(touched([result('b:result', '2')]));
    assert.deepEqual(texts(), ['1', '2']);
    model.apply(touched([result('a:result', '3')]));
    assert.deepEqual(texts(), ['3', '2']);
    assert.equal(changes.length, 3);
    // What is as it was is no news.
    model.apply(touched([result('a:result', '3')], ['never']));
    assert.equal(changes.length, 3);
    model.apply(touched([], ['a:result']));
    assert.deepEqual(texts(), ['2']);
  });
});
