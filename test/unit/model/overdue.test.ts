import assert from 'node:assert/strict';
import { leaseSeen, LibraryNews } from './libraryNews.ts';

const conflicts = (news: LibraryNews): string[] => news.model.status().attention.map(({ text }) => text);

/** `a` holds x, and `b` waits for it. */
function contested(): LibraryNews {
  const news = new LibraryNews();
  news.tell({ kind: 'claim', agent: 'a', resource: 'src/x.ts', token: 7, ttlMs: 3_600_000 });
  news.tell({ kind: 'wait', agent: 'b', waitId: 'w1', resources: ['src/x.ts'] });
  return news;
}

describe('a wait', () => {
  it('is a conflict once it has lasted for a minute, until it ends', () => {
    const news = contested();
    news.pass(59_000);
    assert.deepEqual(conflicts(news), []);
    news.pass(21_000);
    assert.deepEqual(conflicts(news), ['b has waited 1m 20s for src/x.ts, held by a']);
    assert.deepEqual(
      news.model.attention.map(({ kind, agent, resource, detail, waits }) => [kind, agent, resource, detail, waits]),
      [['conflict', 'b', 'src/x.ts', 'a', 1]],
    );
    news.tell({ kind: 'unwait', agent: 'b', waitId: 'w1' });
    news.pass(1_000);
    assert.deepEqual(conflicts(news), []);
  });

  it('shares its row with all who wait for the same, also for its folder, and is named by the longest', () => {
    const news = contested();
    news.pass(10_000);
    news.tell({ kind: 'wait', agent: 'c', waitId: 'w2', resources: ['src/'] });
    news.tell({ kind: 'wait', agent: 'd', waitId: 'w3', resources: ['docs/'] });
    news.pass(60_000);
    assert.deepEqual(conflicts(news), ['b has waited 1m 10s for src/x.ts, held by a, and 1 more wait for it']);
    news.tell({ kind: 'claim', agent: 'e', resource: 'docs/y.md', token: 8, ttlMs: 3_600_000 });
    news.pass(1_000);
    assert.deepEqual(conflicts(news)[1], 'd has waited 1m 1s for docs/y.md, held by e');
  });

  it('has lasted since it began, also where it was met in a snapshot by the server’s clock', () => {
    const news = new LibraryNews();
    news.model.apply({ kind: 'clock', skewMs: 500 });
    const began = news.clock.now() + 500 - 70_000;
    news.snapshot({
      leases: [leaseSeen('x', 'a', 1, { leftMs: 3_600_000 })],
      waits: [{ agent: 'b', waitId: 'w', resources: ['x'], began }],
    });
    assert.deepEqual(conflicts(news), ['b has waited 1m 10s for x, held by a']);
  });

  it('of a child for what its parent holds is none', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 7, ttlMs: 3_600_000 });
    news.tell({ kind: 'wait', agent: 'a/1', waitId: 'w1', resources: ['x'] });
    news.pass(61_000);
    assert.deepEqual(conflicts(news), []);
  });

  it('that was dismissed comes back for another holder, and not because time passes', () => {
    const news = contested();
    news.pass(61_000);
    news.model.dismiss(news.model.attention[0]!.id);
    news.pass(600_000);
    news.tell({ kind: 'renew', agent: 'a', resource: 'src/x.ts', token: 7, ttlMs: 3_600_000 });
    assert.deepEqual(conflicts(news), []);
    news.tell({ kind: 'transfer', agent: 'c', resource: 'src/x.ts', token: 9, ttlMs: 3_600_000, from: 'a', by: 'you' });
    assert.deepEqual(conflicts(news), ['b has waited 11m 1s for src/x.ts, held by c']);
  });
});
