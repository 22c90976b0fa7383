import assert from 'node:assert/strict';
import { Growth } from '../../../src/model/growth.ts';
import { agentSeen, LibraryNews } from './libraryNews.ts';

/** A model in which a number of agents are met, one a second each. */
class Loop extends LibraryNews {
  #made = 0;

  come(count: number, everyMs = 1_000): void {
    for (let i = 0; i < count; i++) {
      this.tell({ kind: 'hello', agent: `a${++this.#made}` });
      this.pass(everyMs);
    }
  }

  rest(seconds: number): void {
    for (let i = 0; i < seconds; i++) this.pass(1_000);
  }

  get told(): string[] {
    return this.model.status().attention.map(({ kind, text }) => `${kind} ${text.slice(0, 80)}`);
  }
}

describe('agents that grow without end', () => {
  it('ask for attention while they do, with a way out', () => {
    const loop = new Loop();
    loop.come(10, 10);
    loop.rest(330);
    assert.deepEqual(loop.told, []);
    loop.come(150);
    assert.match(loop.told[0] ?? '', /^health runaway: There are 1[56]\d agents where there were 10 five minutes ago/);
    assert.match(loop.model.status().attention[0]?.text ?? '', /Pause Fleet .*signalbox\.agents\.max/);
    const { id } = loop.model.attention[0]!;
    loop.model.dismiss(id);
    loop.come(10);
    assert.deepEqual(loop.told, [], 'it goes on');
    loop.rest(70);
    loop.come(90);
    assert.equal(loop.told.length, 1, 'it began again');
    assert.notEqual(loop.model.attention[0]?.id, id);
    loop.rest(70);
    assert.deepEqual(loop.told, []);
  });

  it('are not those of a fleet that is started, of one that was there before, or that come and go', () => {
    const loop = new Loop();
    loop.rest(60);
    loop.come(60, 900);
    loop.rest(300);
    const agents = Array.from({ length: 300 }, (_, i) => agentSeen(`b${i}`));
    loop.rest(1);
    loop.snapshot({ agents });
    const told: string[] = [];
    for (let i = 0; i < 400; i++) {
      loop.tell({ kind: 'hello', agent: `c/${i}`, hook: { branch: null, root: null, by: 'sh 9.9.9' } });
      loop.pass(1_000);
      loop.tell({ kind: 'bye', agent: `c/${i}` });
      told.push(...loop.told);
    }
    assert.deepEqual(told, []);
  });

  it('are told of also where no more are kept', () => {
    const news = new LibraryNews([''], 50);
    news.pass(1_000);
    for (let i = 0; i < 400; i++) {
      news.publish(`a${i}`, { status: 'working' });
      news.pass(1_000);
    }
    assert.equal(news.model.agents.length, 50);
    assert.match(
      news.model.status().attention.find(({ kind }) => kind === 'health')?.text ?? '',
      /There are 400 agents/,
    );
  });

  it('cost the memory of five minutes', () => {
    const growth = new Growth('claims', '');
    for (let at = 0; at < 86_400_000; at += 1_000) growth.look(at / 100_000, at);
    assert.equal(growth.current, null);
    assert.ok(growth.kept <= 31, `${growth.kept} looks`);
  });
});

describe('claims that grow without end', () => {
  it('ask for attention as well', () => {
    const news = new LibraryNews();
    for (let i = 0; i < 200; i++) {
      news.tell({ kind: 'claim', agent: 'a', resource: `f${i}`, token: i + 1, ttlMs: 3_600_000 });
      news.pass(1_000);
    }
    const [item] = news.model.attention.filter(({ kind }) => kind === 'health');
    assert.match(news.model.status().attention[0]?.text ?? '', /There are (19\d|200) claims where there were \d+/);
    assert.equal(item?.resource, 'runaway');
  });
});
