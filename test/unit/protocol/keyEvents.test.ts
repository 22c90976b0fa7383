import assert from 'node:assert/strict';
import fc from 'fast-check';
import { metaNameOf, notificationsOf, watchedGlobs, withNotifications } from '../../../src/protocol/keyEvents.ts';
import { defaultPatterns, globMatcher, readPatterns } from '../../../src/protocol/keyTable.ts';

describe('what a server tells of keys that change', () => {
  for (const [flags, expected] of [
    ['', 'none'],
    ['EA', 'none'],
    ['K', 'none'],
    ['Kl', 'some'],
    ['KEA', 'all'],
    ['AK', 'all'],
    ['Kg$lshzte', 'all'],
    ['Kg$lshzxe', 'some'],
  ] as const) {
    it(`by ${JSON.stringify(flags)}: ${expected}`, () => assert.equal(notificationsOf(flags), expected));
  }

  it('is all once what is missing has been added, and nothing that somebody set is gone', () => {
    const flags = fc.uniqueArray(fc.constantFrom(...'KEg$lshztxednmA')).map((each) => each.join(''));
    fc.assert(
      fc.property(flags, (before) => {
        const after = withNotifications(before);
        assert.equal(notificationsOf(after), 'all');
        assert.ok(after.startsWith(before));
      }),
    );
    assert.equal(withNotifications('AE'), 'AEK');
  });
});

describe('the patterns of keys that are watched', () => {
  const own = readPatterns({ queue: ['todo:*', 'my:*:meta'], shared: ['**facts'] }).patterns;
  const namespaces = ['', 'shop-3f2a:'];
  const globs = watchedGlobs(namespaces, own);
  const isWatched = (name: string): boolean => globs.some((glob) => globMatcher(glob)(name));

  it('hold every name of the table, of locks and of what belongs to a queue, in each namespace', () => {
    const names = [...own, ...defaultPatterns].map(({ glob }) => glob.replaceAll('*', 'x'));
    const more = ['lock:src/a.ts', 'build:queue:failed', 'todo:a:dead', 'bull:q:wait', 'bull:q:active', 'my:q:delayed'];
    for (const ns of namespaces) {
      for (const name of [...names, ...more]) assert.ok(isWatched(ns + name), ns + name);
    }
    for (const name of ['mykey', 'agent:state', 'bull:q:17', 'bull:q:17:lock', 'signalbox:wake:1']) {
      assert.ok(!isWatched(name), name);
    }
  });

  it('hold none that another one covers, since each change would be told twice', () => {
    for (const glob of globs) {
      assert.deepEqual(
        globs.filter((other) => other !== glob && globMatcher(other)(glob)),
        [],
        glob,
      );
    }
    assert.equal(new Set(globs).size, globs.length);
    assert.ok(!globs.includes('shop-3f2a:*:queue'));
    assert.ok(watchedGlobs(['shop-3f2a:']).includes('shop-3f2a:*:queue'));
  });

  it('lead from each key of a queue of BullMQ to the one by which it is known', () => {
    assert.equal(metaNameOf('bull:q:wait'), 'bull:q:meta');
    assert.equal(metaNameOf('bull:q:waiting-children'), 'bull:q:meta');
    for (const name of ['bull:q:17', 'wait', 'build:queue']) assert.equal(metaNameOf(name), null);
  });
});
