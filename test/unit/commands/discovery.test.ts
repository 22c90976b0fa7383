import assert from 'node:assert/strict';
import { Discovery } from '../../../src/commands/discovery.ts';
import type { ContextKeySetter } from '../../../src/host/contextKeys.ts';
import type { Discovered } from '../../../src/redis/discover.ts';
import { splitPassword } from '../../../src/redis/redact.ts';

const server = (url: string, fromEnvironment = false): Discovered => ({ url, needsPassword: false, fromEnvironment });

function discovery(...answers: Discovered[][]): { of: Discovery; keys: Map<string, unknown>; asked: () => number } {
  const keys = new Map<string, unknown>();
  let asked = 0;
  const setter = { set: (key: string, value: unknown) => keys.set(key, value) };
  const of = new Discovery(setter as unknown as ContextKeySetter, () => Promise.resolve(answers[asked++] ?? []));
  return { of, keys, asked: () => asked };
}

describe('what is offered to connect to', () => {
  it('is looked for once in a window, and again when told to', async () => {
    const { of, keys, asked } = discovery([server('redis://localhost:6379')], []);
    of.lookOnce();
    of.lookOnce();
    await of.look();
    assert.equal(asked(), 1);
    assert.equal(keys.get('signalbox.found.localhost'), true);
    of.lookOnce();
    assert.equal(asked(), 1);
    await of.look();
    assert.equal(asked(), 2);
    assert.equal(keys.get('signalbox.found.localhost'), false);
    assert.equal(keys.get('signalbox.found'), false);
  });

  it('is what REDIS_URL names, by its usual name where it has one', async () => {
    const { of, keys } = discovery([server('redis://redis:6379', true)], [server('rediss://cloud:6380', true)]);
    await of.look();
    assert.equal(keys.get('signalbox.found.redis'), true);
    assert.equal(of.offered('redis')?.fromEnvironment, true);
    assert.equal(keys.get('signalbox.found.environment'), false);
    await of.look();
    assert.equal(of.offered('environment')?.url, 'rediss://cloud:6380');
    assert.equal(of.offered('redis'), undefined);
    assert.equal(of.offered('__proto__'), undefined);
  });

  it('is nothing when looking fails', async () => {
    const setter = { set: () => undefined };
    const of = new Discovery(setter as unknown as ContextKeySetter, () => Promise.reject(new Error('no network')));
    assert.deepEqual(await of.look(), []);
  });
});

describe('the password in an address', () => {
  it('is told apart from the rest, which stays as it is', () => {
    assert.deepEqual(splitPassword('redis://ann:p%40ss@h:1/2'), { url: 'redis://ann@h:1/2', password: 'p@ss' });
    assert.deepEqual(splitPassword('rediss://:x@h'), { url: 'rediss://h', password: 'x' });
    assert.deepEqual(splitPassword('unix:///s.sock?db=1&password=x'), { url: 'unix:///s.sock?db=1', password: 'x' });
    for (const none of ['redis://h', 'redis://ann@h', '/s.sock', 'http://a:b@h', 'a:b@h', '']) {
      assert.equal(splitPassword(none), null, none);
    }
  });
});
