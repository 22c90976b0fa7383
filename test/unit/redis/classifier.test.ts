import assert from 'node:assert/strict';
import { classifier } from '../../../src/redis/sweep.ts';

describe('which keys are locks and queues', () => {
  it('knows the names of plain agents', () => {
    const of = classifier(['']);
    assert.deepEqual(of('lock:src/a.ts'), { ns: '', kind: 'locks', name: 'src/a.ts' });
    assert.deepEqual(placeOf(of('agent:tasks')), ['', 'queues', 'agent:tasks']);
    assert.deepEqual(placeOf(of('analysis:queue')), ['', 'queues', 'analysis:queue']);
    assert.deepEqual(placeOf(of('agent:task:queue')), ['', 'queues', 'agent:task:queue']);
    assert.deepEqual(placeOf(of('work:stream')), ['', 'queues', 'work:stream']);
    assert.equal(of('analysis:results')?.kind, 'keys');
    assert.equal(of('errors:list')?.kind, 'keys');
    assert.equal(of('mykey'), undefined);
    assert.equal(of(`lock:${'x'.repeat(20_000)}`), undefined);
  });

  it('gives a key to the longest namespace that it starts with', () => {
    const of = classifier(['', 'shop:']);
    assert.deepEqual(of('shop:lock:a'), { ns: 'shop:', kind: 'locks', name: 'a' });
    assert.deepEqual(placeOf(of('shop:build:queue')), ['shop:', 'queues', 'build:queue']);
    assert.deepEqual(of('lock:shop:a'), { ns: '', kind: 'locks', name: 'shop:a' });
  });

  it('takes what went wrong in a list, and what BullMQ keeps, for one queue', () => {
    const of = classifier(['', 'shop:']);
    assert.deepEqual(placeOf(of('a:queue:failed')), ['', 'queues', 'a:queue']);
    assert.deepEqual(placeOf(of('bull:mail:meta')), ['', 'queues', 'bull:mail']);
    assert.deepEqual(placeOf(of('shop:{bull}:mail:meta')), ['shop:', 'queues', '{bull}:mail']);
    for (const part of ['wait', 'failed', 'completed', 'events', 'jobs:queue', 'a:results', 'x:1:failed', '7'])
      assert.equal(of(`bull:mail:${part}`), undefined, part);
  });

  it('leaves other repositories’ fleets alone', () => {
    assert.equal(classifier([''])('shop-3f2a:build:queue'), undefined);
    assert.equal(classifier(['shop:'])('lock:a'), undefined);
  });
});

const placeOf = (place: ReturnType<ReturnType<typeof classifier>>): unknown[] => [place?.ns, place?.kind, place?.name];
