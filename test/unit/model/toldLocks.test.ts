import assert from 'node:assert/strict';
import { dueNamespaces } from '../../../src/model/dueNamespaces.ts';
import { LibraryNews, leaseSeen } from './libraryNews.ts';

const lease = (resource: string, holder: string, token: number, ttlMs = 30_000): object => ({
  resource,
  holder,
  token,
  ttlMs,
});

describe('sweeps where the library tells of leases', () => {
  it('neither begin nor end one', () => {
    const news = new LibraryNews();
    news.snapshot({ leases: [leaseSeen('x', 'a', 1)] });
    news.lines();
    news.sweep([lease('y', 'b', 2), { resource: 'raw', holder: 'p' }]);
    assert.deepEqual(news.claims(), ['raw p ', 'x a 1']);
    news.sweep([]);
    assert.deepEqual(news.claims(), ['x a 1']);
    assert.deepEqual(news.lines(), ['claim p raw', 'release p raw']);
  });

  it('show no plain lock over one until the library says so', () => {
    const news = new LibraryNews();
    news.snapshot({ leases: [leaseSeen('x', 'a', 1)] });
    news.sweep([{ resource: 'x', holder: 'p' }]);
    assert.deepEqual(news.claims(), ['x a 1']);
    news.tell({ kind: 'release', agent: 'a', resource: 'x', token: 1, reason: 'overwritten' });
    news.sweep([{ resource: 'x', holder: 'p' }]);
    assert.deepEqual(news.claims(), ['x p ']);
    // Its end is seen, whoever has it then.
    news.sweep([lease('x', 'a', 2)]);
    assert.deepEqual(news.claims(), []);
  });

  it('set a deadline right that is off by over a second, unless it was told just now', () => {
    const news = new LibraryNews();
    news.snapshot({ leases: [leaseSeen('x', 'a', 1, { leftMs: 30_000 })] });
    const left = (): number | null => news.model.status().claims[0]!.expiresInMs;
    news.sweep([lease('x', 'a', 1, 10_000)]);
    assert.equal(left(), 30_000);
    news.clock.advance(2_001);
    news.sweep([lease('x', 'a', 1, 28_900)]);
    assert.equal(left(), 27_999);
    news.lines();
    news.sweep([lease('x', 'a', 1, 20_000)]);
    assert.equal(left(), 20_000);
    news.sweep([lease('x', 'a', 2, 9_000)]);
    assert.equal(left(), 20_000);
    assert.deepEqual(news.lines(), []);
    news.tell({ kind: 'renew', agent: 'a', resource: 'x', token: 1, ttlMs: 30_000 });
    news.sweep([lease('x', 'a', 1, 20_000)]);
    assert.equal(left(), 30_000);
    news.clock.advance(5_000);
    news.snapshot({ leases: [leaseSeen('x', 'a', 1, { leftMs: 40_000 })] });
    news.sweep([lease('x', 'a', 1, 25_000)]);
    assert.equal(left(), 40_000);
  });

  it('end one that nobody looked after long after its end', () => {
    const news = new LibraryNews();
    news.snapshot({ leases: [leaseSeen('x', 'a', 1, { leftMs: 1_000 })] });
    news.lines();
    news.clock.advance(10_999);
    news.sweep([]);
    assert.deepEqual(news.claims(), ['x a 1']);
    news.clock.advance(1);
    news.sweep([], false);
    assert.deepEqual(news.claims(), ['x a 1']);
    news.sweep([]);
    assert.deepEqual(news.claims(), []);
    assert.deepEqual(news.lines(), ['expire a x 1']);
  });

  it('keep one whose lock is there still, and know its end by that', () => {
    const news = new LibraryNews();
    news.snapshot({ leases: [leaseSeen('x', 'a', 1, { leftMs: 1_000 })] });
    news.clock.advance(20_000);
    news.sweep([lease('x', 'a', 1, 5_000)]);
    assert.equal(news.model.status().claims[0]!.expiresInMs, 5_000);
  });

  it('tell of all locks again when the library has gone', () => {
    const news = new LibraryNews();
    news.snapshot({ leases: [leaseSeen('x', 'a', 1)], waits: [{ agent: 'b', waitId: 'w', resources: ['x'] }] });
    news.model.apply({ kind: 'library', version: null });
    assert.deepEqual(news.claims(), ['x a 1']);
    news.sweep([lease('y', 'b', 2)]);
    assert.deepEqual(news.claims(), ['y b 2']);
    assert.equal(news.model.claims[0]!.level, 1);
  });

  it('are overtaken by a snapshot', () => {
    const news = new LibraryNews();
    news.sweep([lease('x', 'a', 1), lease('y', 'a', 2)]);
    news.lines();
    news.snapshot({ leases: [leaseSeen('x', 'a', 1, { task: 'auth' })] });
    assert.deepEqual(news.claims(), ['x a 1']);
    assert.equal(news.model.claims[0]!.task, 'auth');
    assert.deepEqual(news.lines(), ['release a y 2 (gone in the snapshot)']);
  });
});

describe('namespaces that the library should look after', () => {
  it('are those with a lease that is over, or with somebody who waits', () => {
    const news = new LibraryNews(['', 'shop:']);
    const due = (): string[] => dueNamespaces(news.model, news.clock.now());
    news.snapshot({ leases: [leaseSeen('x', 'a', 1, { leftMs: 1_000 })] });
    news.sweep([{ resource: 'raw', holder: 'p', ttlMs: 10 }]);
    news.clock.advance(1_099);
    assert.deepEqual(due(), []);
    news.clock.advance(1);
    assert.deepEqual(due(), ['']);
    news.tell({ kind: 'wait', agent: 'b', resources: ['nothing/is/here'] }, { ns: 'shop:', seq: 1 });
    assert.deepEqual(due().toSorted(), ['', 'shop:']);
    news.model.apply({ kind: 'library', version: null });
    assert.deepEqual(due(), []);
  });
});
