import assert from 'node:assert/strict';
import { classifier } from '../../../src/redis/sweep.ts';

describe('which keys are locks and queues', () => {
  it('knows the names of plain agents', () => {
    const of = classifier(['']);
    assert.deepEqual(of('lock:src/a.ts'), { ns: '', kind: 'locks', name: 'src/a.ts' });
    assert.deepEqual(of('agent:tasks'), { ns: '', kind: 'lists', name: 'agent:tasks' });
    assert.deepEqual(of('analysis:queue'), { ns: '', kind: 'lists', name: 'analysis:queue' });
    assert.deepEqual(of('agent:task:queue'), { ns: '', kind: 'lists', name: 'agent:task:queue' });
    assert.equal(of('analysis:results')?.kind, 'keys');
    assert.equal(of('errors:list')?.kind, 'keys');
    assert.equal(of('mykey'), undefined);
    assert.equal(of(`lock:${'x'.repeat(20_000)}`), undefined);
  });

  it('gives a key to the longest namespace that it starts with', () => {
    const of = classifier(['', 'shop:']);
    assert.deepEqual(of('shop:lock:a'), { ns: 'shop:', kind: 'locks', name: 'a' });
    assert.deepEqual(of('shop:build:queue'), { ns: 'shop:', kind: 'lists', name: 'build:queue' });
    assert.deepEqual(of('lock:shop:a'), { ns: '', kind: 'locks', name: 'shop:a' });
  });

  it('leaves other repositories’ fleets alone', () => {
    assert.equal(classifier([''])('shop-3f2a:build:queue'), undefined);
    assert.equal(classifier(['shop:'])('lock:a'), undefined);
  });
});
