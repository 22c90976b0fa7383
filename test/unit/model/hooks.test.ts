import assert from 'node:assert/strict';
import { HookNews } from './fleetOfHooks.ts';
import { agentSeen, leaseSeen } from './libraryNews.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('a session of which a hook tells', () => {
  it('is known by its hello as the hook has it', () => {
    const news = new HookNews();
    news.hello('s', { name: 'login form', host: 'mini-1', pid: 77, role: 'reviewer' });
    const agent = news.model.agentById('', 's')!;
    assert.deepEqual(
      [agent.source, agent.name, agent.role, agent.host, agent.liveness],
      ['hook', 'login form', 'reviewer', 'mini-1', 'working'],
    );
    const { by, branch, root, pid, phase, tool } = agent.hook!;
    assert.deepEqual([by, branch, root, pid, phase, tool], ['sh 1.2.0', 'main', '/w/shop', '77', null, null]);
    const [json] = news.model.status().agents;
    assert.deepEqual([json?.source, json?.name, json?.liveness], ['hook', 'login form', 'working']);
  });

  it('stays one of a hook also when it publishes a state or says hello by the command line', () => {
    const news = new HookNews();
    news.hello('s', { name: 'login' });
    news.accept('s', 1, { ver: 1, task: 'x', status: 'working' });
    news.tell({ kind: 'hello', agent: 's', epoch: 3, host: 'there' });
    const agent = news.model.agentById('', 's')!;
    assert.deepEqual([agent.source, agent.task, agent.name], ['hook', 'x', 'login']);
  });

  it('that is only heard working or told a phase is one as well', () => {
    const news = new HookNews();
    news.alive('unknown', 'working');
    news.phase('s', 'idle');
    assert.deepEqual(
      news.model.agents.map(({ id, source, liveness }) => [id, source, liveness]),
      [['s', 'hook', 'idle']],
    );
  });

  it('waits for a person, a job or better times from the moment on that it says so, and for long', () => {
    const news = new HookNews();
    for (const phase of ['you', 'job', 'limited', 'idle'] as const) {
      news.hello(phase);
      news.phase(phase, phase);
      assert.equal(news.livenessOf(phase), phase);
    }
    news.pass(11 * hour);
    for (const phase of ['you', 'job', 'limited', 'idle']) assert.equal(news.livenessOf(phase), phase);
    news.pass(hour);
    for (const phase of ['you', 'job', 'limited', 'idle']) assert.equal(news.livenessOf(phase), 'dead');
    news.pass(10 * minute);
    assert.deepEqual(news.model.agents, []);
  });

  it('stalls by 120 s of silence in the middle of work, and dies by ten minutes', () => {
    const news = new HookNews();
    news.hello('s');
    news.phase('s', 'working', null);
    news.pass(2 * minute - 1);
    assert.equal(news.livenessOf('s'), 'working');
    news.pass(1);
    assert.equal(news.livenessOf('s'), 'stalled');
    news.alive('s', 'working');
    assert.equal(news.livenessOf('s'), 'working');
    news.pass(10 * minute);
    assert.equal(news.livenessOf('s'), 'dead');
    news.alive('s', 'working');
    assert.equal(news.livenessOf('s'), 'working');
  });

  it('waits for its tool where one runs for over a minute, for an hour at most where nobody can look', () => {
    const news = new HookNews();
    news.hello('s');
    news.phase('s', 'working', 'Bash');
    news.pass(minute - 1);
    assert.equal(news.livenessOf('s'), 'working');
    news.pass(1);
    assert.equal(news.livenessOf('s'), 'job');
    news.pass(58 * minute);
    assert.equal(news.livenessOf('s'), 'job');
    news.alive('s', 'working', null);
    assert.equal(news.livenessOf('s'), 'working');
    news.alive('s', 'working', 'Bash');
    news.pass(hour);
    assert.equal(news.livenessOf('s'), 'dead');
  });

  it('lives as long as a child of it is heard', () => {
    const news = new HookNews();
    news.hello('s');
    news.phase('s', 'working', 'Agent');
    news.hello('s/1');
    for (let i = 0; i < 8; i++) {
      news.pass(10 * minute - 1);
      news.alive('s/1', 'working', null);
    }
    assert.equal(news.livenessOf('s'), 'job');
  });

  it('waits for a person where the tool that runs is a question', () => {
    const news = new HookNews();
    news.hello('s');
    for (const tool of ['AskUserQuestion', 'ExitPlanMode']) {
      news.alive('s', 'working', tool);
      assert.equal(news.livenessOf('s'), 'you');
      news.pass(20 * minute);
      assert.equal(news.livenessOf('s'), 'you');
    }
  });

  it('keeps since when it is so, whatever comes late', () => {
    const news = new HookNews();
    news.hello('s');
    const began = news.clock.now();
    news.phase('s', 'you', 'Bash');
    news.pass(5_000);
    news.alive('s', 'you', 'Bash');
    assert.equal(news.model.agentById('', 's')!.hook!.since, began);
    news.tell(
      { kind: 'phase', agent: 's', phase: 'idle', since: began },
      { atUs: (began - 1) * 1_000, recovered: true },
    );
    assert.equal(news.livenessOf('s'), 'you');
  });
});

describe('what a session does', () => {
  it('is told in the order of the server, however long it was under way', () => {
    const news = new HookNews();
    news.hello('s');
    news.phase('s', 'working');
    // What was heard live took a second to come; what is read after it was told by the server before that.
    news.clock.advance(1_000);
    const heardAt = news.clock.now();
    news.alive('s', 'working', 'Bash');
    const recovered = { atUs: (heardAt - 500) * 1_000, recovered: true };
    news.tell({ kind: 'phase', agent: 's', phase: 'idle' }, recovered);
    assert.equal(news.livenessOf('s'), 'working');
    const live = { kind: 'phase', agent: 's', phase: 'working', tool: 'Bash' } as const;
    news.tell(live, { atUs: (heardAt - 400) * 1_000 });
    news.model.apply({
      kind: 'alive',
      ns: '',
      agent: 's',
      doing: { phase: 'working', tool: null },
      atUs: (heardAt + 100) * 1_000,
    });
    news.clock.advance(1_000);
    news.tell({ kind: 'phase', agent: 's', phase: 'you' }, { atUs: (heardAt + 200) * 1_000, recovered: true });
    assert.equal(news.livenessOf('s'), 'you');
  });
});

describe('the process of a session', () => {
  it('is looked for on this machine only, seldom, and makes it dead at once when it has gone', () => {
    const news = new HookNews();
    news.processes.add(10).add(11);
    news.hello('here', { host: 'here', pid: 10 });
    news.hello('here/1', { host: 'here', pid: 10 });
    news.hello('other', { host: 'there', pid: 11 });
    for (const agent of ['here', 'here/1', 'other']) news.phase(agent, 'idle');
    for (let i = 0; i < 7; i++) news.pass(1_000);
    assert.deepEqual(news.asked, [10, 10, 10]);
    news.processes.clear();
    news.pass(3_000);
    assert.deepEqual(
      ['here', 'here/1', 'other'].map((id) => news.livenessOf(id)),
      ['dead', 'dead', 'idle'],
    );
    news.pass(20 * minute);
    assert.deepEqual(
      ['here', 'here/1', 'other'].map((id) => news.livenessOf(id)),
      ['gone', 'gone', 'idle'],
    );
  });

  it('keeps whoever is silent alive while it is there, in the middle of work as stalled', () => {
    const news = new HookNews();
    news.processes.add(10);
    news.hello('s', { host: 'here', pid: 10 });
    news.phase('s', 'working', null);
    for (let i = 0; i < 30; i++) news.pass(minute);
    assert.equal(news.livenessOf('s'), 'stalled');
    news.phase('s', 'working', 'Bash');
    for (let i = 0; i < 180; i++) news.pass(minute);
    assert.equal(news.livenessOf('s'), 'job');
  });

  it('is believed to be of another place when its agent speaks on, until another is told', () => {
    const news = new HookNews();
    news.hello('s', { host: 'here', pid: 10 });
    news.phase('s', 'idle');
    news.pass(3_000);
    assert.equal(news.livenessOf('s'), 'dead');
    news.alive('s', 'working');
    assert.equal(news.livenessOf('s'), 'dead', 'a call that was under way');
    news.pass(6_000);
    news.alive('s', 'working');
    assert.equal(news.livenessOf('s'), 'working');
    news.pass(6_000);
    assert.equal(news.livenessOf('s'), 'working');
    news.hello('s', { host: 'here', pid: 12 });
    news.pass(3_000);
    assert.equal(news.livenessOf('s'), 'dead');
  });

  it('is no group of processes and no text', () => {
    const news = new HookNews();
    for (const [i, pid] of ['0', '1', '-1', '1e3', '99999999999', ''].entries()) {
      const hook = { name: null, branch: null, root: null, by: 'sh 1.2.0' };
      news.tell({ kind: 'hello', agent: `s${i}`, host: 'here', pid, hook });
    }
    news.pass(3_000);
    assert.deepEqual(news.asked, []);
  });
});

describe('a session that ends', () => {
  it('leaves with its children, and quietly', () => {
    const news = new HookNews();
    news.hello('s');
    news.hello('s/1');
    news.hello('s2');
    news.tell({ kind: 'bye', agent: 's', reason: 'exit' });
    assert.deepEqual(
      news.model.agents.map(({ id }) => id),
      ['s2'],
    );
    assert.deepEqual(news.model.attention, []);
    assert.deepEqual(news.events.at(-1)?.data, { name: 'bye', reason: 'exit' });
    news.hello('s');
    assert.equal(news.livenessOf('s'), 'working');
  });

  it('is shown as dead while it holds something, and no longer', () => {
    const news = new HookNews();
    news.hello('s');
    news.tell({ kind: 'claim', agent: 's', resource: 'x', token: 5 });
    news.tell({ kind: 'bye', agent: 's', reason: '' });
    assert.equal(news.livenessOf('s'), 'dead');
    news.tell({ kind: 'release', agent: 's', resource: 'x', token: 5 });
    assert.equal(news.livenessOf('s'), 'gone');
  });

  it('is shown as dead where it published a state', () => {
    const news = new HookNews();
    news.hello('s');
    news.accept('s', 1, { ver: 1, status: 'working' });
    news.tell({ kind: 'bye', agent: 's', reason: '' });
    news.pass(hour);
    assert.equal(news.livenessOf('s'), 'dead');
  });

  it('has left when a snapshot no longer has it', () => {
    const news = new HookNews();
    news.hello('s');
    news.hello('t');
    news.accept('plain', 1, { ver: 1 });
    news.snapshot({ agents: [agentSeen('t')] });
    assert.deepEqual(
      news.model.agents.map(({ id }) => id),
      ['plain', 't'],
    );
  });

  it('without a word is listed again, with all that was known, when it speaks after all', () => {
    const news = new HookNews();
    news.hello('s', { name: 'login' });
    news.phase('s', 'working');
    news.pass(10 * minute);
    assert.equal(news.livenessOf('s'), 'dead');
    news.pass(10 * minute);
    assert.equal(news.livenessOf('s'), 'gone');
    news.alive('s', 'working', 'Read');
    assert.deepEqual([news.livenessOf('s'), news.model.nameOf('', 's')], ['working', 'login']);
  });
});

describe('what stands in Redis of a session', () => {
  const hook = { name: 'login', branch: 'main', root: '/w', by: 'sh 1.2.0' };

  it('is as it was when it was last heard', () => {
    const news = new HookNews();
    const now = news.clock.now();
    const doing = { phase: 'you' as const, tool: 'Bash', since: now - 42_000 };
    const idle = { phase: 'idle' as const, tool: null, since: now - 3 * hour };
    news.snapshot({
      agents: [
        agentSeen('a', { hook, doing, heardAt: now - 42_000 }),
        agentSeen('b', { hook, doing: idle, heardAt: now - 3 * hour }),
        agentSeen('c', { hook, doing: { phase: 'working', tool: null, since: now - hour }, heardAt: now - hour }),
      ],
      leases: [leaseSeen('x', 'a', 5)],
    });
    const [a, b] = news.model.agents;
    assert.deepEqual(
      [a?.liveness, a?.seenAt, a?.hook?.since, a?.hook?.tool],
      ['you', now - 42_000, now - 42_000, 'Bash'],
    );
    assert.deepEqual([b?.liveness, b?.hook?.since], ['idle', now - 3 * hour]);
    news.pass(1_000);
    assert.deepEqual(
      news.model.agents.map(({ id }) => id),
      ['a', 'b'],
      'one that was killed long ago is no news',
    );
  });
});

describe('a sign of life', () => {
  it('is no event, but is told to whoever counts what was heard', () => {
    const news = new HookNews();
    const told: string[] = [];
    news.model.onTold(({ event, isRepeat }) => told.push(`${event.kind} ${isRepeat}`));
    news.hello('s');
    news.events.length = 0;
    news.alive('s', 'working', 'Bash');
    assert.deepEqual(news.events, []);
    assert.deepEqual(told, ['event false', 'event true']);
    assert.equal(news.model.agentById('', 's')!.hook!.tool, 'Bash');
  });
});
