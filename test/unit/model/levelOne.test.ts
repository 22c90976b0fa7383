import assert from 'node:assert/strict';
import { agentSeen, LibraryNews, leaseSeen, stateOf } from './libraryNews.ts';

describe('states that the library accepted', () => {
  it('replace what was known, with the number and the time of the server', () => {
    const news = new LibraryNews();
    news.accept('a', 7, { ver: 1, task: 'x', status: 'working' }, { atUs: Date.parse('2026-01-01T00:00:05Z') * 1_000 });
    news.accept('a', 7, { ver: 2, status: 'done' });
    const agent = news.model.agentById('', 'a')!;
    assert.deepEqual(agent.state, { ver: 2, status: 'done' });
    assert.deepEqual([agent.task, agent.epoch, agent.source], [null, 7, 'state']);
    const [first] = news.events;
    assert.deepEqual(
      [first?.seq, first?.kind, first?.at, first?.clock, first?.channel],
      [1, 'state', '2026-01-01T00:00:05.000Z', 'server', 'agent:state:sync'],
    );
    assert.deepEqual(news.model.status().connection.namespaces, [{ ns: '', seq: 2 }]);
  });

  it('never replace a newer one, and are no sign of life then', () => {
    const news = new LibraryNews();
    news.accept('a', 7, { ver: 5, status: 'done' });
    news.clock.advance(1_000);
    news.accept('a', 7, { ver: 4, status: 'working' });
    news.accept('a', 6, { ver: 9, status: 'working' });
    const agent = news.model.agentById('', 'a')!;
    assert.deepEqual([agent.ver, agent.status, agent.stale, news.model.counts.stale], [5, 'done', 2, 2]);
    assert.equal(agent.seenAt, news.clock.now() - 1_000);
    assert.deepEqual(news.events.map((event) => [event.seq, event.kind]).slice(1), [
      [2, 'stale'],
      [3, 'stale'],
    ]);
  });

  it('that are older again and again hint at a restart', () => {
    const news = new LibraryNews();
    news.accept('a', 7, { ver: 9 });
    assert.equal(news.model.attention.length, 0);
    for (let ver = 0; ver < 5; ver++) news.accept('a', 7, { ver });
    assert.deepEqual(
      news.model.attention.map((item) => item.kind),
      ['restarted'],
    );
  });

  it('that were overtaken by what is stored, or are told late, are told without being stale', () => {
    const news = new LibraryNews();
    news.snapshot({ states: [stateOf('a', 7, { ver: 5, status: 'done' })] });
    news.accept('a', 7, { ver: 4, status: 'working' });
    news.accept('b', 7, { ver: 5 });
    news.clock.advance(1_000);
    news.accept('b', 7, { ver: 4 }, { recovered: true, atUs: news.atUs - 500_000 });
    assert.equal(news.model.counts.stale, 0);
    assert.equal(news.model.agentById('', 'a')!.ver, 5);
    assert.deepEqual(news.lines(), [
      'state a (stored)',
      '1 state a',
      '2 state b',
      '3 state b (recovered from history)',
    ]);
  });

  it('stand alone also where they were read as plain ones before', () => {
    const news = new LibraryNews();
    news.accept('a', 7, { ver: 1, gone: true });
    const second = stateOf('a', 7, { ver: 2, status: 'done' });
    news.model.apply({ kind: 'stored', ns: '', message: second });
    assert.equal(news.model.agentById('', 'a')!.state['gone'], true);
    news.snapshot({ states: [second] });
    assert.deepEqual(news.model.agentById('', 'a')!.state, { ver: 2, status: 'done' });
    news.publish('b', { ver: 1, gone: true });
    news.publish('b', { ver: 2, status: 'done' });
    news.accept('b', 0, { ver: 2, status: 'done' });
    assert.deepEqual(news.model.agentById('', 'b')!.state, { ver: 2, status: 'done' });
    assert.equal(news.model.counts.divergent, 0);
  });
});

describe('an agent that says hello', () => {
  it('is known with parent and host, and heard', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'hello', agent: 'lead/x', epoch: 9, parent: 'lead', host: 'mini-1' });
    const agent = news.model.agentById('', 'lead/x')!;
    assert.deepEqual([agent.parent, agent.host, agent.epoch, agent.ver], ['lead', 'mini-1', 9, null]);
    assert.deepEqual([agent.liveness, agent.seenAt], ['working', news.clock.now()]);
    assert.deepEqual(news.events[0]?.data, { name: 'hello', epoch: 9, parent: 'lead', host: 'mini-1', pid: null });
  });

  it('keeps the state that is shown until it publishes one of the new run', () => {
    const news = new LibraryNews();
    news.accept('a', 7, { ver: 3, task: 'x', status: 'working' });
    news.tell({ kind: 'hello', agent: 'a', epoch: 9 });
    const agent = news.model.agentById('', 'a')!;
    assert.deepEqual([agent.epoch, agent.ver, agent.task], [7, 3, 'x']);
    news.accept('a', 9, { ver: 1, status: 'working' });
    assert.deepEqual([agent.epoch, agent.ver, agent.task], [9, 1, null]);
  });

  it('and is only read about is not heard yet, and later given up', () => {
    const news = new LibraryNews();
    news.snapshot({ agents: [agentSeen('a', { epoch: 9, parent: 'lead', host: 'h' })] });
    const agent = news.model.agentById('', 'a')!;
    assert.deepEqual([agent.liveness, agent.seenAt, agent.parent], ['unknown', null, 'lead']);
    news.pass(600_000);
    assert.equal(agent.liveness, 'dead');
  });

  it('takes no place of one that publishes by being read about', () => {
    const news = new LibraryNews([''], 2);
    news.accept('a', 1, { ver: 1 });
    news.accept('b', 1, { ver: 1 });
    news.snapshot({ agents: [agentSeen('c', { epoch: 9 })] });
    assert.deepEqual(
      news.model.agents.map((agent) => agent.id),
      ['a', 'b'],
    );
  });
});

describe('signs of life', () => {
  it('are what an agent does itself, and not what is done to it', () => {
    const news = new LibraryNews();
    for (const id of ['a', 'b']) news.accept(id, 1, { ver: 1, status: 'working' });
    const seen = (id: string): number => (news.model.agentById('', id)!.seenAt! - start) / 1_000;
    const start = news.clock.now();
    const steps: [tell: () => void, a: number, b: number][] = [
      [() => news.tell({ kind: 'claim', agent: 'a', token: 1 }), 1, 0],
      [() => news.tell({ kind: 'renew', agent: 'a', token: 1 }), 2, 0],
      [() => news.tell({ kind: 'denied', agent: 'b', holder: 'a' }), 2, 3],
      [() => news.tell({ kind: 'wait', agent: 'b', holder: 'a' }), 2, 4],
      [() => news.tell({ kind: 'transfer', agent: 'b', from: 'a', by: 'you', token: 2 }), 2, 4],
      [() => news.tell({ kind: 'break', agent: 'b', by: 'a', token: 2 }), 6, 4],
      [() => news.tell({ kind: 'claim', agent: 'b', token: 3, waitId: 'w9' }), 6, 4],
      [() => news.tell({ kind: 'expire', agent: 'b', token: 3 }), 6, 4],
      [() => news.tell({ kind: 'unwait', agent: 'b', reason: 'silent' }), 6, 4],
      [() => news.tell({ kind: 'unclaimed', agent: 'b' }), 6, 4],
      [() => news.tell({ kind: 'release', agent: 'a', token: 9, reason: 'deleted' }), 6, 4],
      [() => news.tell({ kind: 'message', agent: 'b', to: 'a' }), 6, 12],
      [() => news.tell({ kind: 'control', agent: 'you', target: 'a' }), 6, 12],
      [() => news.tell({ kind: 'transfer', agent: 'a', from: 'b', by: 'b', reason: 'returned', token: 5 }), 6, 12],
      [() => news.tell({ kind: 'release', agent: 'a', token: 5 }), 15, 12],
    ];
    for (const [index, [tell, a, b]] of steps.entries()) {
      news.clock.advance(1_000);
      tell();
      assert.deepEqual([seen('a'), seen('b')], [a, b], `step ${String(index + 1)}`);
    }
  });

  it('that are told late count for when they were given, by our clock', () => {
    const news = new LibraryNews();
    news.model.apply({ kind: 'clock', skewMs: 5_000 });
    news.accept('a', 1, { ver: 1, status: 'working' });
    news.clock.advance(130_000);
    const at = news.clock.now() - 10_000;
    news.tell({ kind: 'renew', agent: 'a', token: 1 }, { recovered: true, atUs: (at + 5_000) * 1_000 });
    assert.equal(news.model.agentById('', 'a')!.seenAt, at);
    assert.equal(news.model.agentById('', 'a')!.liveness, 'working');
    news.tell({ kind: 'renew', agent: 'a', token: 1 }, { recovered: true, atUs: (at - 5_000) * 1_000 });
    assert.equal(news.model.agentById('', 'a')!.seenAt, at);
    assert.equal(news.model.agentById('', 'a')!.activeAt, at);
  });

  it('that are told late save nobody from making room', () => {
    const news = new LibraryNews([''], 2);
    news.accept('a', 1, { ver: 1 });
    news.accept('b', 1, { ver: 1 });
    news.clock.advance(1_000);
    news.tell({ kind: 'renew', agent: 'a', token: 1 }, { recovered: true, atUs: news.atUs - 500_000 });
    news.accept('c', 1, { ver: 1 });
    assert.deepEqual(
      news.model.agents.map((agent) => agent.id),
      ['b', 'c'],
    );
  });

  it('make a holder that never published one that is heard', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'a', token: 1 });
    const agent = news.model.agentById('', 'a')!;
    assert.deepEqual([agent.source, agent.liveness], ['lock', 'working']);
    news.tell({ kind: 'release', agent: 'a', token: 1 });
    assert.equal(news.model.agents.length, 0);
  });

  it('of agents that nobody knows make none', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'control', agent: 'you', target: 'a' });
    news.tell({ kind: 'denied', agent: 'b' });
    assert.equal(news.model.agents.length, 0);
  });
});

describe('leases', () => {
  it('are claims of level 1 with token, task and a deadline by the clock of the server', () => {
    const news = new LibraryNews();
    news.model.apply({ kind: 'clock', skewMs: 3_600_000 });
    const atUs = (news.clock.now() + 3_600_000 - 200) * 1_000;
    news.accept('a', 1, { ver: 1, task: 'its own', status: 'working' });
    news.tell({ kind: 'claim', agent: 'a', resource: 'src/a.ts', token: 7, ttlMs: 60_000, task: 'auth' }, { atUs });
    const [claim] = news.model.status().claims;
    assert.deepEqual(claim, {
      ns: '',
      resource: 'src/a.ts',
      kind: 'file',
      holder: 'a',
      level: 1,
      token: 7,
      task: 'auth',
      since: new Date(news.clock.now()).toISOString(),
      expiresInMs: 59_800,
      waiters: [],
    });
    news.tell({ kind: 'claim', agent: 'a', resource: 'src/b.ts', token: 8 });
    assert.equal(news.model.status().claims[1]!.task, 'its own');
    assert.equal(news.model.claimsHeldBy('', 'a').length, 2);
  });

  it('are renewed, released, handed over, broken and run out, and each is told', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 1 });
    news.clock.advance(30_000);
    news.tell({ kind: 'renew', agent: 'a', resource: 'x', token: 1 });
    assert.equal(news.model.status().claims[0]!.expiresInMs, 60_000);
    news.tell({ kind: 'transfer', agent: 'b', resource: 'x', token: 2, from: 'a', by: 'you', reason: 'urgent' });
    assert.deepEqual(news.claims(), ['x b 2']);
    assert.equal(news.model.claimsHeldBy('', 'a').length, 0);
    news.tell({ kind: 'break', agent: 'b', resource: 'x', token: 2, by: 'you', reason: 'stuck' });
    assert.deepEqual(news.claims(), []);
    news.tell({ kind: 'claim', agent: 'c', resource: 'x', token: 3 });
    news.tell({ kind: 'release', agent: 'c', resource: 'x', token: 3 });
    news.tell({ kind: 'claim', agent: 'd', resource: 'x', token: 4 });
    news.tell({ kind: 'expire', agent: 'd', resource: 'x', token: 4 });
    assert.deepEqual(news.claims(), []);
    assert.deepEqual(news.lines(), [
      '1 claim a x 1',
      '2 renew a x 1',
      '3 transfer b x 2 (from a by you: urgent)',
      '4 release b x 2 (broken by you: stuck)',
      '5 claim c x 3',
      '6 release c x 3',
      '7 claim d x 4',
      '8 expire d x 4',
    ]);
  });

  it('end sooner where they yield to one who waits, and by nothing else', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 1, ttlMs: 60_000 });
    const deadline = (): number | null | undefined => news.model.claims[0]?.expiresAt;
    const before = deadline()!;
    news.tell({ kind: 'renew', agent: 'a', resource: 'x', token: 1, ttlMs: 5_000 });
    assert.equal(deadline(), before);
    news.tell({ kind: 'renew', agent: 'a', resource: 'x', token: 1, ttlMs: 5_000, yields: true });
    assert.equal(deadline(), before - 55_000);
  });

  it('take over the task that a renewal names, and keep it where it names none', () => {
    const news = new LibraryNews();
    const task = (): string | null => news.model.status().claims[0]!.task;
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 1, task: 'first' });
    news.tell({ kind: 'renew', agent: 'a', resource: 'x', token: 1, task: 'second' });
    assert.equal(task(), 'second');
    news.tell({ kind: 'renew', agent: 'a', resource: 'x', token: 1 });
    assert.equal(task(), 'second');
  });

  it('never give way to an older one, nor end by an older word', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'b', resource: 'x', token: 5 });
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 4 });
    news.tell({ kind: 'transfer', agent: 'c', resource: 'x', token: 3 });
    news.tell({ kind: 'release', agent: 'a', resource: 'x', token: 4 });
    news.tell({ kind: 'expire', agent: 'a', resource: 'x', token: 6 });
    news.tell({ kind: 'break', agent: 'a', resource: 'x', token: 4 });
    assert.deepEqual(news.claims(), ['x b 5']);
    const before = news.model.claims[0]!.expiresAt;
    news.tell({ kind: 'renew', agent: 'a', resource: 'x', token: 4, ttlMs: 500_000 });
    news.tell({ kind: 'renew', agent: 'b', resource: 'x', token: 5, ttlMs: 1_000 });
    assert.equal(news.model.claims[0]!.expiresAt, before);
  });

  it('take the place of a plain lock that no sweep has missed yet', () => {
    const news = new LibraryNews();
    news.sweep([{ resource: 'x', holder: 'plain' }]);
    news.lines();
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 1 });
    assert.deepEqual(news.lines(), ['release plain x', '1 claim a x 1']);
    assert.deepEqual(news.claims(), ['x a 1']);
    assert.equal(news.model.agentById('', 'plain'), undefined);
  });

  it('broken off a plain lock end that', () => {
    const news = new LibraryNews();
    news.sweep([{ resource: 'x', holder: 'plain', ttlMs: null }]);
    news.tell({ kind: 'break', agent: 'plain', resource: 'x', token: null, by: 'you' });
    assert.deepEqual(news.claims(), []);
  });

  it('are entered once, whatever is told again', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 1 });
    news.tell({ kind: 'release', agent: 'a', resource: 'x', token: 1 });
    news.lines();
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 1 }, { seq: 1 });
    assert.deepEqual([news.claims(), news.lines()], [[], []]);
  });

  it('of two namespaces are kept apart', () => {
    const news = new LibraryNews(['', 'shop:']);
    news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: 1 });
    news.tell({ kind: 'claim', agent: 'b', resource: 'x', token: 2 }, { ns: 'shop:', seq: 1 });
    assert.deepEqual(news.claims(), ['x a 1', 'x b 2']);
    assert.deepEqual(news.model.status().connection.namespaces, [
      { ns: '', seq: 1 },
      { ns: 'shop:', seq: 1 },
    ]);
  });

  it('are kept up to a limit, which is said', () => {
    const news = new LibraryNews();
    for (let i = 0; i < 5_010; i++) news.tell({ kind: 'claim', agent: 'a', resource: `f${i}`, token: i + 1 });
    assert.equal(news.model.claims.length, 5_000);
    assert.equal(news.model.beyondLimits.claims, true);
    news.tell({ kind: 'release', agent: 'a', resource: 'f7', token: 8 });
    news.tell({ kind: 'claim', agent: 'a', resource: 'f7', token: 6_000 });
    assert.equal(news.model.claims.length, 5_000);
    news.snapshot({ leases: [leaseSeen('x', 'a', 9_000)] });
    assert.equal(news.model.beyondLimits.claims, false);
    news.snapshot({ leases: Array.from({ length: 5_010 }, (_, i) => leaseSeen(`g${i}`, 'a', 10_000 + i)) });
    assert.equal(news.model.claims.length, 5_000);
    assert.equal(news.model.beyondLimits.claims, true);
  });
});

describe('waits', () => {
  const held = (...resources: string[]): LibraryNews => {
    const news = new LibraryNews();
    for (const [index, resource] of resources.entries()) {
      news.tell({ kind: 'claim', agent: 'a', resource, token: index + 1 });
    }
    return news;
  };

  it('stand with every claim that is in their way, first come first', () => {
    const news = held('src/', 'src/x.ts', 'docs/y.md', 'git:index');
    news.tell({ kind: 'wait', agent: 'b', waitId: 'w1', resources: ['src/x.ts'] });
    news.tell({ kind: 'wait', agent: 'c', waitId: 'w2', resources: ['docs/', 'src/'] });
    news.tell({ kind: 'wait', agent: 'd', waitId: 'w3', resources: ['git:index', './'] });
    assert.deepEqual(news.claims(), [
      'docs/y.md a 3 < c, d',
      'git:index a 4 < d',
      'src/ a 1 < b, c, d',
      'src/x.ts a 2 < b, c, d',
    ]);
    assert.deepEqual(
      news.model.waits.map((wait) => wait.waitId),
      ['w1', 'w2', 'w3'],
    );
  });

  it('say by key whose waiters changed', () => {
    const news = held('src/', 'src/x.ts', 'docs/y.md');
    news.changes.length = 0;
    news.tell({ kind: 'wait', agent: 'b', resources: ['src/x.ts'] });
    news.tell({ kind: 'wait', agent: 'b', waitId: 'w2', resources: ['src/'] });
    news.tell({ kind: 'unwait', waitId: 'w1' });
    const names = (keys: ReadonlySet<string>): string[] => [...keys].map((key) => key.slice(1)).toSorted();
    for (const change of news.changes) assert.deepEqual(names(change.claims), ['src/', 'src/x.ts']);
    assert.equal(news.changes.length, 3);
  });

  it('end by being given up, by being granted, and by having all that was waited for', () => {
    const news = held('x', 'y');
    const waiting = (): string[] => news.model.waits.map((wait) => wait.waitId);
    news.tell({ kind: 'wait', agent: 'b', waitId: 'w1', resources: ['x'] });
    news.tell({ kind: 'unwait', agent: 'b', waitId: 'w1', reason: 'silent' });
    assert.deepEqual(waiting(), []);
    news.tell({ kind: 'wait', agent: 'b', waitId: 'w2', resources: ['x'] });
    news.tell({ kind: 'release', agent: 'a', resource: 'x', token: 1 });
    news.tell({ kind: 'claim', agent: 'b', resource: 'x', token: 3, waitId: 'w2' });
    assert.deepEqual(waiting(), []);
    news.tell({ kind: 'wait', agent: 'a/1', waitId: 'w3', resources: ['x', 'y'] });
    news.tell({ kind: 'transfer', agent: 'a/1', resource: 'y', token: 4, from: 'a', by: 'a/1', reason: 'kin' });
    assert.deepEqual(waiting(), ['w3']);
    news.tell({ kind: 'transfer', agent: 'a/1', resource: 'x', token: 5, from: 'b', by: 'you' });
    assert.deepEqual(waiting(), []);
    assert.deepEqual(news.claims(), ['x a/1 5', 'y a/1 4']);
  });

  it('do not end by another claim of the waiter, nor of what it waits for by another', () => {
    const news = held('x');
    news.tell({ kind: 'wait', agent: 'b', waitId: 'w1', resources: ['x'] });
    news.tell({ kind: 'claim', agent: 'b', resource: 'z', token: 2 });
    news.tell({ kind: 'transfer', agent: 'c', resource: 'x', token: 3, from: 'a', by: 'you' });
    assert.deepEqual(news.claims(), ['x c 3 < b', 'z b 2']);
  });

  it('are not for what is open to the waiter', () => {
    const news = held('src/');
    news.tell({ kind: 'claim', agent: 'b', resource: 'docs/x', token: 2 });
    news.tell({ kind: 'wait', agent: 'a/1', waitId: 'w1', resources: ['src/', 'docs/'] });
    assert.deepEqual(news.claims(), ['docs/x b 2 < a/1', 'src/ a 1']);
  });

  it('are shown with plain locks too', () => {
    const news = new LibraryNews();
    news.sweep([{ resource: 'x', holder: 'plain' }]);
    news.tell({ kind: 'wait', agent: 'b', resources: ['x'], holder: 'plain' });
    assert.deepEqual(news.claims(), ['x plain  < b']);
  });

  it('are bounded, whatever is told', () => {
    const news = new LibraryNews();
    const many = Array.from({ length: 64 }, (_, i) => `f${i}`);
    for (let i = 0; i < 300; i++) news.tell({ kind: 'wait', agent: `a${i}`, waitId: `w${i}`, resources: ['x'] });
    assert.equal(news.model.waits.length, 256);
    assert.equal(news.model.waits.at(-1)!.agent, 'a299');
    for (let i = 0; i < 100; i++) news.tell({ kind: 'wait', agent: 'b', waitId: `m${i}`, resources: many });
    assert.equal(news.model.waits.length, 32);
  });
});

describe('a pause', () => {
  it('stands with the agent it is for, and one for all with each', () => {
    const news = new LibraryNews();
    for (const id of ['a', 'b']) news.accept(id, 1, { ver: 1, status: 'working' });
    const [a, b] = [news.model.agentById('', 'a')!, news.model.agentById('', 'b')!];
    news.tell({ kind: 'control', agent: 'lead', target: 'a', action: 'pause', reason: 'wait for me' });
    assert.deepEqual([a.paused, b.paused], [{ by: 'lead', reason: 'wait for me' }, null]);
    assert.deepEqual([...news.changes.at(-1)!.agents], [a.key]);
    news.changes.length = 0;
    news.tell({ kind: 'control', agent: 'you', target: '*', action: 'pause', reason: '' });
    assert.deepEqual([a.paused?.by, b.paused?.by], ['lead', 'you']);
    assert.deepEqual([...news.changes[0]!.agents].toSorted(), [a.key, b.key]);
    news.tell({ kind: 'control', agent: 'you', target: 'a', action: 'resume' });
    assert.equal(a.paused?.by, 'you');
    news.tell({ kind: 'control', agent: 'you', target: '*', action: 'resume' });
    assert.deepEqual([a.paused, b.paused], [null, null]);
  });

  it('makes silence no reason to be looked at', () => {
    const news = new LibraryNews();
    news.accept('a', 1, { ver: 1, status: 'working' });
    news.tell({ kind: 'control', target: 'a', action: 'pause' });
    news.pass(120_000);
    assert.equal(news.model.agentById('', 'a')!.liveness, 'stalled');
    assert.equal(news.model.attention.length, 0);
    news.tell({ kind: 'control', target: 'a', action: 'resume' });
    news.pass(1_000);
    assert.deepEqual(
      news.model.attention.map((item) => item.kind),
      ['stalled'],
    );
  });
});

describe('what is told besides', () => {
  it('is counted, and asks for attention where a person should look', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'denied', agent: 'b', resource: 'x', holder: 'a', blocking: './', token: 4 });
    news.tell({ kind: 'denied', agent: 'b', resource: 'x', holder: 'p', token: null, reason: 'raw' });
    news.tell({ kind: 'denied', agent: 'b', resource: 'x', holder: 'c', token: null, reason: 'queue' });
    news.tell({ kind: 'deadlock', agent: 'a', resource: 'x', circle: ['a', 'b'] });
    news.tell({ kind: 'unclaimed', agent: 'p', resource: 'x', detail: 'overwritten' });
    news.tell({ kind: 'unclaimed', agent: 'p', resource: 'x', detail: 'raw-under-folder' });
    news.tell({ kind: 'unclaimed', agent: 'p', resource: 'x', detail: '' });
    news.tell({ kind: 'other', agent: 'a', name: 'error', detail: 'no disk' });
    const { denied, unclaimed, recovered } = news.model.counts;
    assert.deepEqual([denied, unclaimed, recovered], [4, 3, 0]);
    assert.deepEqual(
      news.model.status().attention.map((item) => [item.kind, item.text]),
      [
        ['deadlock', 'a would have waited for itself: a → b → a. Its claim was refused, and nobody waits.'],
        ['error', 'a: error: no disk'],
        ['unguarded', 'p wrote a plain lock over the claim on x'],
        ['unguarded', 'p has a plain lock on x, in a folder that another agent has claimed'],
        ['unguarded', 'p edited x without a claim'],
      ],
    );
    assert.deepEqual(news.lines(), [
      'denied b x 4 (held by a with ./)',
      'denied b x (locked by p)',
      'denied b x (c waits for it and came first)',
      'denied a x (would wait for itself: a → b → a)',
      '1 unclaimed p x (a plain lock was written over a lease)',
      "2 unclaimed p x (a plain lock in a folder that is another's)",
      '3 unclaimed p x',
      '4 event a',
    ]);
  });

  it('is told with what belongs to it', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'message', agent: 'a', to: 'b', id: 'm1', text: 'hello' });
    news.tell({ kind: 'control', agent: 'you', target: '*', action: 'pause', reason: 'lunch' });
    news.tell({ kind: 'wait', agent: 'b', resources: ['x', 'y'], waitId: 'w1', holder: 'a', position: 2 });
    news.tell({ kind: 'unwait', agent: '', waitId: 'w1', reason: 'silent' });
    news.tell({ kind: 'other', agent: 'a', name: 'note', resource: 'x', detail: 'd' });
    assert.deepEqual(
      news.events.map(({ kind, agent, resource, reason, data }) => [kind, agent, resource, reason, data]),
      [
        ['message', 'a', null, null, { to: 'b', id: 'm1', text: 'hello' }],
        ['control', 'you', null, 'lunch', { target: '*', action: 'pause' }],
        ['wait', 'b', 'x', null, { resources: ['x', 'y'], wait: 'w1', holder: 'a', blocking: 'x', position: 2 }],
        ['event', null, null, 'left the queue: not heard any more', { name: 'unwait', wait: 'w1', reason: 'silent' }],
        ['event', 'a', 'x', null, { name: 'note', detail: 'd' }],
      ],
    );
    for (const event of news.events) assert.deepEqual([event.clock, event.channel], ['server', 'agent:events']);
  });

  it('is told as recovered where it was read from the history, once each, and as a whole', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'a', token: 1 }, { recovered: true });
    news.tell({ kind: 'release', agent: 'a', token: 1, reason: 'deleted' }, { recovered: true });
    news.model.apply({ kind: 'recovered', ns: '', from: 1, to: 2 });
    assert.equal(news.model.counts.recovered, 2);
    assert.deepEqual(news.events.at(-1)?.data, { from: 1, to: 2 });
    assert.deepEqual(news.lines(), [
      '1 claim a x 1 (recovered from history)',
      '2 release a x 1 (its key was deleted)',
      'recovered',
    ]);
  });

  it('is the version of the library, while there is one', () => {
    const news = new LibraryNews();
    assert.equal(news.model.status().connection.library, '1.0.0');
    news.model.apply({ kind: 'library', version: null });
    assert.equal(news.model.status().connection.library, null);
  });
});

describe('leases that differ only in the case of letters', () => {
  it('are warned of while both are live', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'a', resource: 'src/Auth.ts', token: 1 });
    news.tell({ kind: 'claim', agent: 'b', resource: 'src/auth.ts', token: 2 });
    assert.deepEqual(
      news.model.status().attention.map(({ kind, agent, resource, text }) => [kind, agent, resource, text]),
      [
        [
          'conflict',
          'b',
          'src/auth.ts',
          'a claimed src/Auth.ts and b claimed src/auth.ts: they differ only in upper and lower case, and are the same on many disks',
        ],
      ],
    );
    news.tell({ kind: 'release', agent: 'a', resource: 'src/Auth.ts', token: 1 });
    assert.equal(news.model.attention.length, 0);
  });

  it('are not where one is a plain lock, a named thing, or of another namespace', () => {
    const news = new LibraryNews(['', 'shop:']);
    news.sweep([{ resource: 'X.ts', holder: 'p' }]);
    news.tell({ kind: 'claim', agent: 'a', resource: 'x.ts', token: 1 });
    news.tell({ kind: 'claim', agent: 'a', resource: 'db:Main', token: 2 });
    news.tell({ kind: 'claim', agent: 'b', resource: 'db:main', token: 3 });
    news.tell({ kind: 'claim', agent: 'b', resource: 'X.TS', token: 4 }, { ns: 'shop:', seq: 1 });
    assert.equal(news.model.attention.length, 0);
  });
});
