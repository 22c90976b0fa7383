import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../src/redis/userError.ts';
import { connectionFor, connectionsFile, readConnections, writeConnection } from '../../../src/setup/connections.ts';

describe('The connections file', () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), 'signalbox-connections-'))));
  afterEach(() => rmSync(home, { recursive: true }));

  const shop = { namespace: 'shop:', url: 'redis://shop:1', username: 'ann', password: 's"\\ä' };
  const depot = { namespace: 'depot:', url: 'redis://depot:1', username: '', password: '' };
  const write = (text: string, mode = 0o600): void => {
    mkdirSync(path.dirname(connectionsFile(home)), { recursive: true });
    writeFileSync(connectionsFile(home), text);
    chmodSync(connectionsFile(home), mode);
  };
  const refused = (): string => {
    try {
      readConnections(home);
    } catch (error) {
      if (error instanceof UserError && error.reason.code === 'bad-settings') return error.message;
      throw error;
    }
    return '';
  };

  it('need not be there', () => {
    assert.deepEqual(readConnections(home), []);
    assert.equal(connectionFor([], 'shop:'), null);
  });

  it('keeps one entry for each namespace, for nobody else’s eyes', () => {
    assert.equal(writeConnection(depot, home), true);
    assert.equal(writeConnection(shop, home), true);
    assert.equal(writeConnection(shop, home), false);
    assert.deepEqual(readConnections(home), [depot, shop]);
    assert.equal(writeConnection({ ...depot, url: 'redis://depot:2' }, home), true);
    assert.deepEqual(readConnections(home), [{ ...depot, url: 'redis://depot:2' }, shop]);
    assert.deepEqual(connectionFor(readConnections(home), 'shop:'), shop);
    assert.equal(connectionFor(readConnections(home), 'x:')?.url, 'redis://depot:2');
    if (process.platform !== 'win32') assert.equal(statSync(connectionsFile(home)).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(path.dirname(connectionsFile(home))), ['connections.json']);
  });

  it('keeps what it does not know in the entries of others', () => {
    write('{"v":1,"connections":[{"namespace":"shop:","url":"redis://a","note":"mine"}]}');
    writeConnection(depot, home);
    assert.match(readFileSync(connectionsFile(home), 'utf8'), /"note": "mine"/);
  });

  it('is not used where others may read it', function () {
    if (process.platform === 'win32') this.skip();
    for (const mode of [0o644, 0o640, 0o604, 0o660]) {
      write('{"v":1,"connections":[]}', mode);
      assert.match(refused(), /others may read .*chmod 600/);
      assert.throws(() => writeConnection(shop, home), UserError);
    }
  });

  it('is refused with its name where it is none', () => {
    const entry = (rest: string): string => `{"v":1,"connections":[{"namespace":"a:","url":"redis://a"},{${rest}}]}`;
    const broken = [
      '',
      '{',
      '[]',
      '{"v":2,"connections":[]}',
      '{"v":1,"connections":{}}',
      entry(''),
      entry('"namespace":"a b:","url":"redis://a"'),
      entry('"namespace":"b:","url":1'),
      entry('"namespace":"b:","url":""'),
      entry('"namespace":"b:","url":"redis://a","password":7'),
      entry(`"namespace":"b:","url":"${'x'.repeat(3000)}"`),
      `{"v":1,"connections":[],"x":"${'x'.repeat(70_000)}"}`,
      `{"v":1,"connections":[],"x":${'['.repeat(100)}${']'.repeat(100)}}`,
    ];
    for (const text of broken) {
      write(text);
      assert.match(refused(), /connections\.json/, text.slice(0, 80));
    }
    write(entry('"namespace":"b:","url":1'));
    assert.match(refused(), /entry 2 of/);
  });
});
