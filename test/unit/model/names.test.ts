import assert from 'node:assert/strict';
import { HookNews } from './fleetOfHooks.ts';

const called = (news: HookNews): string[] => news.model.agents.map(({ ns, id }) => news.model.nameOf(ns, id));

describe('what agents are called', () => {
  it('is their name, else their id, also of those who are not known', () => {
    const news = new HookNews();
    news.hello('a1', { name: 'login' });
    news.accept('plain', 1, { ver: 1 });
    assert.deepEqual(called(news), ['login', 'plain']);
    assert.equal(news.model.nameOf('', 'nobody'), 'nobody');
  });

  it('tells those of the same name apart by their ids, by as much as is needed', () => {
    const news = new HookNews();
    const ids = ['aaaa1111', 'aaaa1122', 'bbbb2222'].map((each) => HookNews.session(each));
    for (const id of ids) news.hello(id, { name: 'login' });
    assert.deepEqual(called(news), ['login [aaaa1111]', 'login [aaaa1122]', 'login [bbbb2222]']);
    news.tell({ kind: 'bye', agent: ids[0]!, reason: '' });
    assert.deepEqual(called(news), ['login [aaaa]', 'login [bbbb]']);
    news.hello(ids[1]!, { name: 'checkout' });
    assert.deepEqual(called(news), ['checkout', 'login']);
  });

  it('names the parent of children that are called the same', () => {
    const news = new HookNews();
    news.hello('s', { name: 'login' });
    news.hello('t', { name: 'checkout' });
    news.hello('s/x1', { name: 'Explore 1' });
    news.hello('t/y1', { name: 'Explore 1' });
    assert.deepEqual(called(news), ['login', 'Explore 1 (login)', 'checkout', 'Explore 1 (checkout)']);
    news.hello('s/x2', { name: 'Explore 1' });
    assert.deepEqual(called(news).slice(1, 3), ['Explore 1 (login) [x1]', 'Explore 1 (login) [x2]']);
  });

  it('is no name that another has for its id', () => {
    const news = new HookNews();
    news.accept('login', 1, { ver: 1 });
    news.hello('abcdef', { name: 'login' });
    assert.deepEqual(called(news), ['login [abcd]', 'login']);
  });

  it('follows a name that a state brings', () => {
    const news = new HookNews();
    news.accept('a', 1, { ver: 1 });
    assert.deepEqual(called(news), ['a']);
    const message = { ...news.model.agents[0]!, agentId: 'a', name: 'writer', ts: null, ver: 2, state: { ver: 2 } };
    news.model.apply({ kind: 'state', ns: '', message, held: false });
    assert.deepEqual(called(news), ['writer']);
  });
});
