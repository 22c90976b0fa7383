import assert from 'node:assert/strict';
import { guardOf } from '../../../src/model/guard.ts';
import { hookVersion, isOldHook } from '../../../src/protocol/hookVersion.ts';
import { HookNews } from './fleetOfHooks.ts';

const kinds = (news: HookNews): string[] => news.model.attention.map(({ kind }) => kind);
const texts = (news: HookNews): string[] => news.model.status().attention.map(({ text }) => text);

describe('an agent that waits for a person', () => {
  it('needs attention at once, first of all, since when it waits, and no longer than that', () => {
    const news = new HookNews();
    news.hello('s', { name: 'login' });
    news.tell({ kind: 'other', agent: 's', name: 'error', detail: 'x' });
    news.pass(1_000);
    const since = news.clock.now();
    news.phase('s', 'you', 'Bash');
    assert.deepEqual(kinds(news), ['waiting-on-you', 'error']);
    assert.equal(news.changes.at(-1)?.attention, true);
    assert.deepEqual(
      [news.model.attention[0]?.since, texts(news)[0]],
      [since, 'login waits for your permission to use Bash. It goes on when you answer in its terminal.'],
    );
    const [first] = news.model.attention;
    news.model.dismiss(first!.id);
    news.pass(60_000);
    news.alive('s', 'you', 'Bash');
    assert.deepEqual(kinds(news), ['error']);
    news.phase('s', 'working');
    news.pass(1_000);
    news.phase('s', 'you');
    assert.deepEqual(texts(news)[0], 'login waits for you. It goes on when you answer in its terminal.');
    news.alive('s', 'working');
    assert.deepEqual(kinds(news), ['error']);
  });

  it('says whether it has a question or a plan', () => {
    const news = new HookNews();
    news.hello('s');
    news.alive('s', 'working', 'AskUserQuestion');
    assert.match(texts(news)[0] ?? '', /^s has a question for you\./);
    news.alive('s', 'working', 'ExitPlanMode');
    assert.match(texts(news)[0] ?? '', /^s waits for you to approve its plan\./);
  });

  it('is no one who is only rate-limited', () => {
    const news = new HookNews();
    news.hello('s');
    news.phase('s', 'limited');
    assert.deepEqual(kinds(news), []);
  });
});

describe('edits that nothing guarded', () => {
  it('are one row an agent, with how many there were and what to do', () => {
    const news = new HookNews();
    news.hello('s', { name: 'login' });
    for (const resource of ['a.ts', 'b.ts', 'c.ts'])
      news.tell({ kind: 'unclaimed', agent: 's', resource, detail: 'redis-down' });
    news.tell({ kind: 'unclaimed', agent: 's', resource: 'd.ts', detail: 'edited' });
    news.tell({ kind: 'unclaimed', agent: 't', resource: 'd.ts', detail: 'edited' });
    assert.deepEqual(
      news.model.attention.map(({ agent, resource, detail, count }) => [agent, resource, detail, count]),
      [
        ['s', 'c.ts', 'redis-down', 3],
        ['s', 'd.ts', 'edited', 1],
        ['t', 'd.ts', 'edited', 1],
      ],
    );
    assert.match(
      texts(news)[0] ?? '',
      /^login made 3 edits while Redis was away, the last of c\.ts\. .*look at the diffs/,
    );
    assert.match(texts(news)[1] ?? '', /^login edited d\.ts without a claim\. .*Check the Guard/);
    assert.equal(news.model.counts.unclaimed, 5);
  });

  it('count anew after they were dismissed', () => {
    const news = new HookNews();
    const edit = (): void => news.tell({ kind: 'unclaimed', agent: 's', resource: 'a.ts', detail: 'edited' });
    edit();
    edit();
    news.model.dismiss(news.model.attention[0]!.id);
    assert.deepEqual(kinds(news), []);
    edit();
    assert.deepEqual(
      news.model.attention.map(({ count }) => count),
      [1],
    );
  });
});

describe('who has ended and holds something', () => {
  it('is said to have ended where its process has gone', () => {
    const news = new HookNews();
    news.processes.add(10);
    news.hello('s', { host: 'here', pid: 10 });
    news.tell({ kind: 'claim', agent: 's', resource: 'x', token: 5, ttlMs: 3_600_000 });
    news.processes.clear();
    news.pass(3_000);
    assert.deepEqual(texts(news), ['s has ended and still holds x. Nobody else gets it before its time is over.']);
  });
});

describe('the guard', () => {
  it('is none, partial or on by who has a hook', () => {
    const news = new HookNews();
    const state = (): string => guardOf(news.model.agents).state;
    assert.equal(state(), 'none');
    news.accept('plain', 1, { ver: 1, status: 'working' });
    assert.equal(state(), 'none');
    news.hello('s');
    news.hello('s/1');
    assert.equal(state(), 'partial');
    news.pass(600_000);
    news.alive('s', 'working');
    assert.equal(state(), 'on', 'who is dead needs none');
    news.tell({ kind: 'bye', agent: 's', reason: '' });
    assert.equal(state(), 'none');
    assert.deepEqual(kinds(news), []);
  });

  it('that has not called for a session of Claude Code needs attention', () => {
    const news = new HookNews();
    news.tell({ kind: 'hello', agent: 'not-a-session' });
    news.tell({ kind: 'hello', agent: HookNews.session('b') });
    assert.deepEqual(
      texts(news).map((text) => text.slice(0, 60)),
      ['guard-silent: A session of Claude Code acts here whose hook '],
    );
    news.hello(HookNews.session('b'));
    assert.deepEqual(texts(news), []);
  });

  it('that is older than ours needs attention', () => {
    const news = new HookNews();
    news.hello('s', { by: 'sh 1.0.9' });
    news.hello('t', { by: `node ${hookVersion}` });
    assert.match(texts(news)[0] ?? '', /^guard-old: The hook of Claude Code is sh 1\.0\.9, .*Set Up Claude Code again/);
    news.hello('s', { by: `sh ${hookVersion}` });
    assert.deepEqual(texts(news), []);
  });

  it('is older by numbers, not by letters', () => {
    assert.equal(isOldHook('sh 1.9.0', '1.10.0'), true);
    assert.equal(isOldHook('node 1.10.0', '1.9.9'), false);
    assert.equal(isOldHook('sh 1.1.0', '1.1.0'), false);
    for (const odd of ['', 'sh', 'sh 0', 'sh x', 'sh 1.0']) assert.equal(isOldHook(odd, '1.1.0'), false);
  });
});
