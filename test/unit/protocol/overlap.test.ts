import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ancestorsByName, foldersAbove, isOpenTo, overlaps } from '../../../src/protocol/overlap.ts';

describe('resources', () => {
  it('lie in the folders above them, up to the root', () => {
    assert.deepEqual(foldersAbove('src/auth/token.ts'), ['src/auth/token.ts/', 'src/auth/', 'src/', './']);
    assert.deepEqual(foldersAbove('src/auth/'), ['src/', './']);
    assert.deepEqual(foldersAbove('README.md'), ['README.md/', './']);
    assert.deepEqual(foldersAbove('./git:index'), ['./']);
    assert.deepEqual(foldersAbove('./'), []);
    assert.deepEqual(foldersAbove('git:index'), []);
    assert.deepEqual(foldersAbove('db:a/b/'), []);
    assert.equal(foldersAbove('a/'.repeat(8_000)).length, 513);
  });

  it('overlap where they are the same or one is a folder around the other', () => {
    const clashing = [
      ['src/a.ts', 'src/a.ts'],
      ['src/', 'src/a.ts'],
      ['src/', 'src/auth/'],
      ['src/auth/', 'src/auth'],
      ['./', 'src/a.ts'],
      ['./', './git:index'],
      ['git:index', 'git:index'],
    ];
    const apart = [
      ['src/a.ts', 'src/a.tsx'],
      ['src/auth/', 'src/auth.ts'],
      ['src/a', 'src/a/b'],
      ['./', 'git:index'],
      ['git:', 'git:index'],
      ['db:a/', 'db:a/b'],
      ['SRC/', 'src/a.ts'],
    ];
    for (const [a = '', b = ''] of clashing) assert.ok(overlaps(a, b) && overlaps(b, a), `${a} ${b}`);
    for (const [a = '', b = ''] of apart) assert.ok(!overlaps(a, b) && !overlaps(b, a), `${a} ${b}`);
  });

  it('overlap with another exactly where that is the same, above or below', () => {
    const path = fc
      .tuple(fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 4 }), fc.constantFrom('', '/'))
      .map(([parts, mark]) => parts.join('/') + mark);
    const resource = fc.oneof(path, fc.constantFrom('./', 'a:b', './a:b'));
    fc.assert(
      fc.property(resource, resource, (a, b) => {
        const related = a === b || foldersAbove(a).includes(b) || foldersAbove(b).includes(a);
        assert.equal(overlaps(a, b), related);
      }),
    );
  });
});

describe('a claim', () => {
  it('is open to its holder and to the children of that', () => {
    assert.ok(isOpenTo('lead', 'lead') && isOpenTo('lead', 'lead/x') && isOpenTo('lead', 'lead/x/y'));
    assert.ok(!isOpenTo('lead/x', 'lead') && !isOpenTo('lead/x', 'lead/y') && !isOpenTo('lead', 'leader'));
  });

  it('is in whose family the names say, nearest first', () => {
    assert.deepEqual(ancestorsByName('lead/x/y'), ['lead/x', 'lead']);
    assert.deepEqual(ancestorsByName('lead'), []);
    assert.deepEqual(ancestorsByName('/a//b'), ['/a/', '/a']);
    assert.equal(ancestorsByName('a/'.repeat(64)).length, 64);
    assert.equal(ancestorsByName('a/'.repeat(65)).length, 0);
  });
});
