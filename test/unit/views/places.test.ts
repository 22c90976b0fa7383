import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { placeKey, segmentsOf, splitName } from '../../../src/views/places.ts';

describe('where a resource lies', () => {
  it('is below the root, as written', () => {
    assert.deepEqual(segmentsOf('src/api/server.ts', false), ['src', 'api', 'server.ts']);
    assert.deepEqual(segmentsOf('src/auth/', false), ['src', 'auth']);
    assert.deepEqual(segmentsOf('./', false), []);
    assert.deepEqual(segmentsOf('./x:y', false), ['x:y']);
    assert.deepEqual(segmentsOf('a b#c%20.ts', false), ['a b#c%20.ts']);
  });

  it('is nowhere for named resources, absolute paths and what leaves the root', () => {
    for (const resource of [
      '',
      'git:index',
      'port:3000',
      '/etc/passwd',
      '../x',
      'a/../../x',
      'a/..',
      'C:/x',
      'a\0b',
      'a/\ud800',
    ]) {
      assert.equal(segmentsOf(resource, false), null, resource);
    }
  });

  it('knows what separates on Windows', () => {
    for (const resource of ['a\\..\\..\\x', './x:stream', 'a/b:c']) assert.equal(segmentsOf(resource, true), null);
    assert.deepEqual(segmentsOf('a\\b', false), ['a\\b']);
  });

  it('never leaves the root, whatever agents call their files', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', ':', 'a', '...'), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.constantFrom('', '/'), fc.boolean(), (parts, glue, windows) => {
        const segments = segmentsOf(parts.join(glue), windows);
        if (segments === null) return;
        const paths = windows ? path.win32 : path.posix;
        const root = windows ? 'C:\\root' : '/root';
        const joined = paths.join(root, ...segments);
        assert.ok(joined === root || joined.startsWith(root + paths.sep), joined);
      }),
      { numRuns: 1000 },
    );
  });

  it('is one place whatever the case of its letters and its drive, where the disk thinks so', () => {
    const file = fc.webPath().map((each) => `file:///c%3A/Work${each}`);
    fc.assert(
      fc.property(file, (address) => {
        assert.equal(placeKey(address.toUpperCase(), true), placeKey(address.toLowerCase(), true));
        assert.equal(placeKey(address, false), address);
      }),
    );
    assert.notEqual(placeKey('file:///w/A.ts', false), placeKey('file:///w/a.ts', false));
  });

  it('splits into the name and the folder that file lists show', () => {
    assert.deepEqual(splitName('src/api/server.ts'), { name: 'server.ts', folder: 'src/api' });
    assert.deepEqual(splitName('src/auth/'), { name: 'auth/', folder: 'src' });
    assert.deepEqual(splitName('README.md'), { name: 'README.md', folder: '' });
    assert.deepEqual(splitName('./x:y'), { name: 'x:y', folder: '' });
    assert.deepEqual(splitName('./'), { name: './', folder: '' });
    assert.deepEqual(splitName('git:index/lock'), { name: 'git:index/lock', folder: '' });
  });
});
