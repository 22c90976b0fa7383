import assert from 'node:assert/strict';
import { guardOf } from '../../../src/model/guard.ts';
import { HookNews } from './fleetOfHooks.ts';
import { agentSeen, leaseSeen } from './libraryNews.ts';

const ids = (news: HookNews): string[] => news.model.agents.map(({ id, liveness }) => `${id} ${liveness}`);
const ada = 'ada@h';
const hello = { kind: 'hello', agent: ada, role: 'person', name: 'ada' } as const;

describe('a person among the agents', () => {
  it('is there for ten minutes after they were heard, and never stalled or dead', () => {
    const news = new HookNews();
    news.tell(hello);
    assert.deepEqual(ids(news), [`${ada} working`]);
    news.pass(300_000);
    assert.deepEqual(ids(news), [`${ada} idle`]);
    news.tell({ kind: 'control', agent: ada, target: 'x', action: 'pause' });
    news.pass(599_000);
    assert.deepEqual(ids(news), [`${ada} idle`]);
    news.pass(1_000);
    assert.deepEqual(ids(news), []);
    news.tell({ kind: 'message', agent: ada, to: 'x' });
    assert.deepEqual(
      news.model.agents.map(({ id, role, name }) => [id, role, name]),
      [[ada, 'person', 'ada']],
    );
  });

  it('is there while they hold something, without asking for attention', () => {
    const news = new HookNews();
    news.tell(hello);
    news.tell({ kind: 'claim', agent: ada, resource: 'x', token: 5, ttlMs: 86_400_000 });
    news.pass(3_600_000);
    assert.deepEqual(ids(news), [`${ada} idle`]);
    assert.deepEqual(news.model.attention, []);
    news.tell({ kind: 'release', agent: 'lead', resource: 'x', token: 5, reason: 'broken' });
    news.pass(1_000);
    assert.deepEqual(ids(news), []);
  });

  it('who is only read about is there only while they hold something', () => {
    const news = new HookNews();
    const person = { role: 'person', parent: null, host: 'h' };
    news.snapshot({
      agents: [agentSeen(ada, person), agentSeen('bob@h', person)],
      leases: [leaseSeen('x', ada, 1, { leftMs: 3_600_000 })],
    });
    news.pass(1_000);
    assert.deepEqual(ids(news), [`${ada} idle`]);
  });

  it('needs no guard, and is not paused with all agents', () => {
    const news = new HookNews();
    news.hello('s');
    news.tell(hello);
    news.tell({ kind: 'control', agent: ada, target: '*', action: 'pause' });
    assert.equal(guardOf(news.model.agents).state, 'on');
    assert.deepEqual(
      news.model.agents.map(({ paused }) => paused?.by ?? null),
      [null, ada],
    );
  });
});

describe('a pause', () => {
  it('is also one of who is below', () => {
    const news = new HookNews();
    for (const agent of ['s', 's/1', 's/1/x', 't']) news.hello(agent);
    news.tell({ kind: 'control', agent: ada, target: 's/1', action: 'pause' });
    assert.deepEqual(
      news.model.agents.filter(({ paused }) => paused).map(({ id }) => id),
      ['s/1', 's/1/x'],
    );
    assert.equal(news.changes.at(-1)?.agents.size, 2);
  });
});
