import assert from 'node:assert/strict';
import { UsageError } from '../../../src/agent/exitCodes.ts';
import { resolveTarget } from '../../../src/agent/target.ts';

const none = { url: null, namespace: null };
const nothingRecorded = (): null => null;

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
    const recorded = (): string => 'shop-3f2a:';
    assert.deepEqual(resolveTarget(none, {}, recorded).namespaces, ['shop-3f2a:', '']);
    assert.deepEqual(resolveTarget({ url: null, namespace: '' }, {}, recorded).namespaces, ['']);
    assert.deepEqual(resolveTarget({ url: null, namespace: 'b:,auto,b:' }, {}, recorded).namespaces, [
      'b:',
      'shop-3f2a:',
      '',
    ]);
  });

  it('refuses what is no namespace, with where it came from', () => {
    const says = (call: () => unknown, text: RegExp): void =>
      assert.throws(call, (error) => error instanceof UsageError && text.test(error.message));
    says(() => resolveTarget({ url: null, namespace: 'shop' }, {}, nothingRecorded), /"shop" \(--namespace\)/);
    says(() => resolveTarget(none, { SIGNALBOX_NAMESPACE: 'a b:' }, nothingRecorded), /SIGNALBOX_NAMESPACE/);
    says(() => resolveTarget(none, {}, () => 'x'), /git config signalbox\.namespace/);
  });
});
