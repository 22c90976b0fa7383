import assert from 'node:assert/strict';
import { addressForOthers, readAddress } from '../../../src/redis/address.ts';
import { numberOf, textOf } from '../../../src/commands/arguments.ts';
import { readFacts } from '../../../src/commands/demoProcess.ts';

describe('an address that a person types', () => {
  it('may be short', () => {
    assert.equal(readAddress('localhost:6380').url, 'redis://localhost:6380');
    assert.equal(readAddress(' mini-1 ').url, 'redis://mini-1');
    assert.equal(readAddress('[::1]:6379').url, 'redis://[::1]:6379');
  });

  it('stays what it is where it is whole', () => {
    for (const url of ['redis://h:6379', 'rediss://h:6380/1', 'unix:///run/redis.sock?db=2', '/run/redis.sock']) {
      assert.equal(readAddress(url).url, url);
    }
  });

  it('loses its credentials, which do not belong into settings', () => {
    assert.deepEqual(readAddress('redis://ann:p%40ss@h:6379/2'), {
      url: 'redis://h:6379/2',
      username: 'ann',
      password: 'p@ss',
    });
    assert.deepEqual(readAddress('redis://h?password=x'), { url: 'redis://h', username: '', password: 'x' });
  });

  it('is given away with the user and without the password', () => {
    assert.equal(addressForOthers('redis://ann:secret@h:6379/2', undefined), 'redis://ann@h:6379/2');
    assert.equal(addressForOthers('redis://h:6379', 'bob'), 'redis://bob@h:6379');
    assert.equal(addressForOthers('unix:///run/r.sock?db=1&password=x', undefined), 'unix:///run/r.sock?db=1');
    assert.equal(addressForOthers('/run/r.sock', 'bob'), '/run/r.sock');
  });

  it('is refused with a reason', () => {
    for (const text of ['', '   ', 'http://h', 'redis://', 'redis://h:99999', 'redis://h/x', 'a b']) {
      assert.throws(() => readAddress(text), { name: 'UserError' }, text);
    }
  });
});

describe('arguments of commands', () => {
  it('count only when they are what is wanted', () => {
    assert.equal(textOf({ url: 'x' }, 'url'), 'x');
    for (const other of [undefined, null, 'url', 3, [], { url: 3 }, Object.create({ url: 'x' })]) {
      assert.equal(textOf(other, 'url'), undefined);
    }
    assert.equal(numberOf({ agents: 3 }, 'agents'), 3);
    assert.equal(numberOf({ agents: Number.NaN }, 'agents'), undefined);
  });
});

describe('the first line of the demo', () => {
  it('says where the fleet is, or counts as none', () => {
    const facts = { url: 'redis://127.0.0.1:1', namespace: 'demo:', folder: '/tmp/x' };
    assert.deepEqual(readFacts(JSON.stringify({ v: 1, kind: 'demo', ...facts })), facts);
    for (const line of ['', 'x', 'null', '[]', JSON.stringify(facts), JSON.stringify({ kind: 'demo', url: 1 })]) {
      assert.equal(readFacts(line), null);
    }
  });
});
