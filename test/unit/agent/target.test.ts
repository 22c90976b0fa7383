import assert from 'node:assert/strict';
import { UsageError } from '../../../src/agent/exitCodes.ts';
import { resolveFleet, resolveTarget, type Recorded } from '../../../src/agent/target.ts';

const none = { url: null, namespace: null };
const nothingRecorded: Recorded = { namespace: () => null, connections: () => [] };
const shop = { namespace: 'shop:', url: 'redis://shop:1', username: 'ann', password: 'secret' };
const depot = { namespace: 'depot:', url: 'redis://depot:1', username: '', password: '' };

describe('Which server and fleets a command means', () => {
  it('takes the flag, else the environment, else the default', () => {
    const env = { SIGNALBOX_REDIS_URL: 'redis://env:1', SIGNALBOX_NAMESPACE: 'env:' };
    const flags = { url: 'redis://flag:1', namespace: 'flag:' };
    assert.deepEqual(resolveTarget(flags, env, nothingRecorded), { url: 'redis://flag:1', namespaces: ['flag:'] });
    assert.deepEqual(resolveTarget(none, env, nothingRecorded), { url: 'redis://env:1', namespaces: ['env:'] });
    assert.deepEqual(resolveTarget(none, {}, nothingRecorded), { url: 'redis://127.0.0.1:6379', namespaces: [''] });
  });

  it('never takes a plain REDIS_URL, and takes an empty variable for none', () => {
    const env = { REDIS_URL: 'redis://somebody:1', SIGNALBOX_REDIS_URL: '', SIGNALBOX_NAMESPACE: '' };
    assert.deepEqual(resolveTarget(none, env, nothingRecorded), { url: 'redis://127.0.0.1:6379', namespaces: [''] });
  });

  it('shows what the repository recorded and the plain agents unless told otherwise', () => {
    const recorded = { ...nothingRecorded, namespace: () => 'shop-3f2a:' };
    assert.deepEqual(resolveTarget(none, {}, recorded).namespaces, ['shop-3f2a:', '']);
    assert.deepEqual(resolveTarget({ url: null, namespace: '' }, {}, recorded).namespaces, ['']);
    assert.deepEqual(resolveTarget({ url: null, namespace: 'b:,auto,b:' }, {}, recorded).namespaces, [
      'b:',
      'shop-3f2a:',
      '',
    ]);
  });

  it('takes address, user and password of the connections file’s entry for the namespace, else of its first', () => {
    const recorded = (namespace: string | null): Recorded => ({
      namespace: () => namespace,
      connections: () => [depot, shop],
    });
    const inShop = { url: 'redis://shop:1', username: 'ann', password: 'secret' };
    assert.deepEqual(resolveTarget(none, {}, recorded('shop:')), { ...inShop, namespaces: ['shop:', ''] });
    assert.deepEqual(resolveTarget(none, {}, recorded('x:')), { url: 'redis://depot:1', namespaces: ['x:', ''] });
    assert.deepEqual(resolveTarget(none, {}, recorded(null)), { url: 'redis://depot:1', namespaces: ['depot:', ''] });
    assert.deepEqual(resolveFleet(none, {}, recorded(null)).ns, 'depot:');
    const flags = { url: null, namespace: 'shop:' };
    assert.deepEqual(resolveFleet(flags, {}, recorded(null)).settings, { ...inShop, namespaces: ['shop:'] });
    const plain = resolveFleet(none, { SIGNALBOX_NAMESPACE: '' }, recorded('shop:'));
    assert.deepEqual(plain, { settings: { url: 'redis://depot:1', namespaces: [''] }, ns: '' });
  });

  it('gives nobody’s password to an address that was named, and then does not even look', () => {
    const recorded = (): Recorded => ({ namespace: () => 'shop:', connections: () => assert.fail('was looked at') });
    const env = { SIGNALBOX_REDIS_URL: 'redis://shop:1' };
    assert.deepEqual(resolveTarget(none, env, recorded()), { url: 'redis://shop:1', namespaces: ['shop:', ''] });
    assert.deepEqual(resolveFleet({ url: 'redis://x:1', namespace: null }, env, recorded()).settings, {
      url: 'redis://x:1',
      namespaces: ['shop:'],
    });
  });

  it('refuses what is no namespace, with where it came from', () => {
    const says = (call: () => unknown, text: RegExp): void =>
      assert.throws(call, (error) => error instanceof UsageError && text.test(error.message));
    says(() => resolveTarget({ url: null, namespace: 'shop' }, {}, nothingRecorded), /"shop" \(--namespace\)/);
    says(() => resolveTarget(none, { SIGNALBOX_NAMESPACE: 'a b:' }, nothingRecorded), /SIGNALBOX_NAMESPACE/);
    says(
      () => resolveTarget(none, {}, { ...nothingRecorded, namespace: () => 'x' }),
      /git config signalbox\.namespace/,
    );
  });
});
