import assert from 'node:assert/strict';
import { changeEvent } from '../../../src/model/changeEvent.ts';
import { HookNews } from './fleetOfHooks.ts';

const mailOf = (news: HookNews, agent: string): unknown[] => {
  const mail = news.model.agentById('', agent)?.mail ?? null;
  return mail === null ? [] : [mail.from, mail.text, mail.at, mail.deliveredAt];
};

describe('the last message to an agent', () => {
  it('waits until its hook has handed it over', () => {
    const news = new HookNews();
    news.hello('s');
    assert.deepEqual(mailOf(news, 's'), []);
    const at = news.clock.now();
    news.tell({ kind: 'message', agent: 'ada@h', to: 's', id: 'm1', text: 'look at the build' });
    assert.deepEqual(mailOf(news, 's'), ['ada@h', 'look at the build', at, null]);
    assert.equal(news.changes.at(-1)?.agents.has(news.model.agentById('', 's')!.key), true);
    news.pass(1_000);
    news.tell({ kind: 'delivered', agent: 's', ids: ['m0'] });
    assert.equal(news.model.agentById('', 's')?.mail?.deliveredAt, null);
    news.tell({ kind: 'delivered', agent: 's', ids: ['m0', 'm1'] });
    assert.deepEqual(mailOf(news, 's'), ['ada@h', 'look at the build', at, at + 1_000]);
    news.tell({ kind: 'message', agent: 'ada@h', to: 's', id: 'm2', text: 'never mind' });
    assert.deepEqual(mailOf(news, 's'), ['ada@h', 'never mind', at + 1_000, null]);
  });

  it('may be one to all, of which is known how many have it', () => {
    const news = new HookNews();
    for (const agent of ['s', 't', 't/1']) news.hello(agent);
    news.tell({ kind: 'hello', agent: 'bob@h', role: 'person' });
    news.tell({ kind: 'message', agent: 't', to: '*', id: 'm1', text: 'freeze' });
    const { at } = news.model.mailToAll[0]!;
    const toAll = { ns: '', from: 't', text: 'freeze', at, receivers: 2 };
    assert.deepEqual(news.model.mailToAll, [{ ...toAll, delivered: 0 }]);
    news.tell({ kind: 'delivered', agent: 's', ids: ['m1'] });
    news.tell({ kind: 'delivered', agent: 's', ids: ['m1'] });
    news.tell({ kind: 'delivered', agent: 'bob@h', ids: ['m1'] });
    assert.deepEqual(news.model.mailToAll, [{ ...toAll, delivered: 1 }]);
    assert.deepEqual(mailOf(news, 't/1'), ['t', 'freeze', at, null]);
    assert.deepEqual([mailOf(news, 't'), mailOf(news, 'bob@h')], [[], []]);
    news.hello('late');
    assert.deepEqual(mailOf(news, 'late'), []);
    news.pass(1);
    news.tell({ kind: 'message', agent: 't', to: 's', id: 'm2', text: 'go on' });
    assert.equal(mailOf(news, 's')[1], 'go on');
  });

  it('is kept of a thousand agents, and no longer than a message can be', () => {
    const news = new HookNews();
    news.hello('first');
    news.tell({ kind: 'message', agent: 'x', to: 'first', id: 'm', text: 'y'.repeat(60_000) });
    assert.equal(news.model.agentById('', 'first')?.mail?.text.length, 4_096);
    for (let i = 0; i < 1_000; i++) news.tell({ kind: 'message', agent: 'x', to: `a${i}`, id: 'm', text: 'y' });
    assert.equal(news.model.agentById('', 'first')?.mail, null);
  });

  it('that is delivered is told as an event of messages', () => {
    const event = changeEvent({ kind: 'delivered', agent: 's', ids: ['m1'] });
    assert.deepEqual(event, { kind: 'message', agent: 's', reason: 'delivered', data: { ids: ['m1'] } });
  });
});
