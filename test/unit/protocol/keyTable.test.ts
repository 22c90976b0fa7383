import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeyTable, readPatterns, roleFor } from '../../../src/protocol/keyTable.ts';

const table = new KeyTable();
const role = (name: string, type: string): string | undefined => roleFor(table.patternsOf(name), type)?.role;

describe('what a key is for', () => {
  for (const [name, type, expected] of [
    ['agent:tasks', 'list', 'queue'],
    ['analysis:queue', 'list', 'queue'],
    ['agent:task:queue', 'list', 'queue'],
    ['analysis:results', 'hash', 'shared'],
    ['analysis:results', 'string', 'result'],
    ['results', 'hash', 'shared'],
    ['agent:search:results', 'string', 'result'],
    ['agent:temp:results', 'string', 'result'],
    ['myproject:agent1:result', 'string', 'result'],
    ['session:temp:data', 'string', 'result'],
    ['files:processed', 'string', 'progress'],
    ['analysis:total', 'string', 'progress'],
    ['analysis:completed', 'string', 'progress'],
    ['progress:current', 'string', 'progress'],
    ['counter', 'string', 'progress'],
    ['pipeline:step1:status', 'string', 'pipeline'],
    ['pipeline:step1:results', 'string', 'pipeline'],
    ['shop:pipeline:step2:results', 'hash', 'pipeline'],
    ['task:status', 'string', 'run'],
    ['myproject:task:status', 'string', 'run'],
    ['errors:list', 'list', 'errors'],
    ['errors', 'list', 'errors'],
    ['analysis:errors', 'list', 'errors'],
    ['config', 'string', 'shared'],
    ['mykey', 'string', undefined],
    ['agent:state', 'hash', undefined],
    ['agent:history', 'stream', undefined],
    ['agent:inbox:queue', 'stream', undefined],
    ['lock:a:results', 'string', undefined],
    ['signalbox:wake:x:queue', 'list', undefined],
    ['bull:build:completed', 'zset', undefined],
    ['queue', 'zset', undefined],
  ] as const) {
    it(`${name}, a ${type}: ${expected ?? 'nothing of ours'}`, () => {
      assert.equal(role(name, type), expected);
    });
  }

  it('says which names count only where agents are known', () => {
    const isGeneric = (name: string, type: string): boolean =>
      roleFor(table.patternsOf(name), type)?.isGeneric === true;
    for (const name of ['results', 'completed', 'counter', 'config', 'result']) {
      assert.ok(isGeneric(name, name === 'results' ? 'hash' : 'string'), name);
    }
    assert.ok(!isGeneric('analysis:completed', 'string'));
  });

  it('takes a person’s own names first', () => {
    const own = new KeyTable(readPatterns({ queue: ['todo:*'], shared: ['*:queue'] }).patterns);
    assert.equal(roleFor(own.patternsOf('todo:build'), 'list')?.role, 'queue');
    assert.equal(roleFor(own.patternsOf('facts:queue'), 'hash')?.role, 'shared');
    assert.equal(roleFor(own.patternsOf('facts:queue'), 'list')?.role, 'queue');
  });

  it('leaves out what is no pattern, and says so', () => {
    const { patterns, wrong } = readPatterns({ queue: ['a*', 7, '*', ''], nonsense: ['b'], run: 'c' });
    assert.deepEqual(
      patterns.map(({ glob }) => glob),
      ['a*'],
    );
    assert.equal(wrong.length, 5);
    for (const odd of [null, undefined]) assert.deepEqual(readPatterns(odd), { patterns: [], wrong: [] });
    for (const odd of [[], 'x', 3]) assert.equal(readPatterns(odd).wrong.length, 1);
  });

  it('matches as a glob does, whatever the name', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 12 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(name, glob, (text, pattern) => {
        fc.pre(/[^*:]/.test(pattern));
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 's').test(text);
        const { patterns } = readPatterns({ run: [pattern] });
        const found = new KeyTable(patterns).patternsOf(text).some(({ glob: known }) => known === pattern);
        assert.equal(found, expected);
      }),
    );
  });
});
