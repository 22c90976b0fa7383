import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clientOptions, retryDelay } from '../../../src/redis/options.ts';
import { reasonOf } from '../../../src/redis/reason.ts';
import { redactText, redactUrl } from '../../../src/redis/redact.ts';
import { UserError } from '../../../src/redis/userError.ts';

const optionsOf = (url: string, extra: object = {}): ReturnType<typeof clientOptions> =>
  clientOptions({ url, namespaces: [''], ...extra });

describe('clientOptions', () => {
  it('reads host, port, database, user and password of an address', () => {
    const options = optionsOf('redis://bob:p%40ss@redis.example:6380/3');
    assert.equal(options.host, 'redis.example');
    assert.equal(options.port, 6380);
    assert.equal(options.db, 3);
    assert.equal(options.username, 'bob');
    assert.equal(options.password, 'p@ss');
    assert.equal(options.tls, undefined);
  });

  it('takes 6379 and database 0 where none is named, and IPv6 without brackets', () => {
    const options = optionsOf('redis://[::1]');
    assert.deepEqual([options.host, options.port, options.db], ['::1', 6379, 0]);
  });

  it('lets the secret password and the configured user win over the address', () => {
    const options = optionsOf('redis://bob:old@h', { username: 'amy', password: 'new' });
    assert.deepEqual([options.username, options.password], ['amy', 'new']);
  });

  it('secures rediss:// and names the server', () => {
    assert.deepEqual(optionsOf('rediss://redis.example').tls, { servername: 'redis.example' });
    assert.deepEqual(optionsOf('rediss://10.0.0.1').tls, {});
    assert.deepEqual(optionsOf('rediss://10.0.0.1', { tls: { servername: 'x' } }).tls, { servername: 'x' });
  });

  it('reads unix sockets', () => {
    assert.equal(optionsOf('unix:///run/redis.sock?db=2').path, '/run/redis.sock');
    assert.equal(optionsOf('unix:///run/redis.sock?db=2').db, 2);
    assert.equal(optionsOf('/run/redis.sock').path, '/run/redis.sock');
  });

  it('says what is wrong without showing a password', () => {
    for (const url of [
      '',
      'localhost',
      'http://bob:secret@h',
      'redis://',
      'redis://h/x',
      'redis://bob:secret@h:99999',
    ]) {
      assert.throws(
        () => optionsOf(url),
        (error) => error instanceof UserError && error.reason.code === 'bad-settings' && !/secret/.test(error.message),
        url,
      );
    }
    assert.throws(() => optionsOf('rediss://h', { tls: { caFile: '/does/not/exist' } }), /does\/not\/exist/);
  });
});

describe('retryDelay', () => {
  it('is nothing at first, then grows from 20 ms to 500 ms', () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 1_000].map(retryDelay), [0, 20, 40, 80, 160, 320, 500, 500]);
  });
});

describe('redacting', () => {
  it('leaves no credentials in an address', () => {
    assert.equal(redactUrl('redis://bob:secret@h:6379/1'), 'redis://h:6379/1');
    assert.equal(redactUrl('redis://h:6379?password=secret'), 'redis://h:6379');
    assert.equal(redactUrl('bob:secret@h'), 'h');
    assert.equal(redactUrl('/run/redis.sock'), '/run/redis.sock');
  });

  it('leaves nothing of a password that should have been percent-encoded', () => {
    for (const url of [
      'redis://u:#Sekret@h:6379',
      'redis://u:/Sekret@h',
      'redis://u:?Sekret@h',
      'redis://u:12#Sekret@h',
    ]) {
      assert.doesNotMatch(redactUrl(url), /Sekret/, url);
      assert.throws(
        () => optionsOf(url),
        (error) => error instanceof UserError && !/Sekret/.test(error.message),
        url,
      );
    }
  });

  it('never lets a password through, whatever its characters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (password) => {
        const url = `redis://user:${encodeURIComponent(password)}@localhost:6379/0`;
        assert.equal(redactUrl(url), 'redis://localhost:6379/0');
      }),
    );
  });

  it('cuts credentials out of free text', () => {
    assert.equal(redactText('failed: redis://bob:secret@h AUTH bob secret'), 'failed: redis://h AUTH …');
  });
});

describe('reasonOf', () => {
  const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });
  it('tells what an error means to a person', () => {
    const where = 'redis://h';
    const codes: [unknown, string][] = [
      [coded('ECONNREFUSED'), 'unreachable'],
      [new AggregateError([coded('ECONNREFUSED')]), 'unreachable'],
      [coded('ENOTFOUND'), 'no-such-host'],
      [coded('ETIMEDOUT'), 'timeout'],
      [new Error('WRONGPASS invalid username-password pair or user is disabled.'), 'wrong-password'],
      [new Error('NOAUTH Authentication required.'), 'password-needed'],
      [new Error("NOPERM this user has no permissions to run the 'scan' command"), 'not-allowed'],
      [new Error('ERR DB index is out of range'), 'no-database'],
      [new Error('ERR SELECT is not allowed in cluster mode'), 'no-database'],
      [new Error('Unknown RESP type 72 "H"'), 'not-redis'],
      [new Error('Unknown RESP type 21 "\u0015"'), 'tls-wanted'],
      [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls-unwanted'],
      [coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), 'certificate'],
      [new Error('LOADING Redis is loading the dataset in memory'), 'loading'],
      [new Error('Connection is closed.'), 'closed'],
      ['nonsense', 'other'],
    ];
    for (const [error, code] of codes) assert.equal(reasonOf(error, where).code, code, String(error));
  });
});
