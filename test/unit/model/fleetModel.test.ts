import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import type { Change } from '../../../src/model/picture.ts';
import { decodeEvent, decodeState } from '../../../src/protocol/decode.ts';
import type { LockSeen } from '../../../src/protocol/messages.ts';
import type { WatchEvent } from '../../../src/protocol/status.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { listsSeen } from '../../support/queueSeen.ts';

interface Rig {
  clock: FakeClock;
  model: FleetModel;
  events: WatchEvent[];
  changes: Change[];
  publish(id: string, state: object, extra?: object): void;
  event(text: string): void;
  locks(locks: Partial<LockSeen>[], complete?: boolean): void;
  lists(lists: Record<string, number>): void;
  pass(ms: number): void;
  kinds(): string[];
}

function rig(maxAgents = 1_000): Rig {
  const clock = new FakeClock();
  const model = new FleetModel({ clock, observerId: 'test', maxAgents });
  const events: WatchEvent[] = [];
  const changes: Change[] = [];
  model.onEvent((event) => events.push(event));
  model.onDidChange((change) => changes.push(change));
  return {
    clock,
    model,
    events,
    changes,
    publish(id, state, extra = {}) {
      const decoded = decodeState(JSON.stringify({ agent_id: id, ...extra, state }));
      assert.ok(decoded.ok);
      model.apply({ kind: 'state', ns: '', message: decoded.value, held: false });
    },
    event(text) {
      const decoded = decodeEvent(text);
      assert.ok(decoded.ok);
      model.apply({ kind: 'event', ns: '', event: decoded.value, text });
    },
    locks(locks, complete = true) {
      const whole = locks.map((lock) => ({ resource: 'a', holder: 'agent-1', token: null, ttlMs: 30_000, ...lock }));
      model.apply({ kind: 'locks', ns: '', locks: whole, complete });
    },
    lists(lists) {
      model.apply({ kind: 'queues', ns: '', queues: listsSeen(lists), complete: true });
    },
    pass(ms) {
      clock.advance(ms);
      model.tick();
    },
    kinds: () => events.splice(0).map((event) => event.kind),
  };
}

const livenessOf = ({ model }: Rig, id: string): string | undefined => model.agentById('', id)?.liveness;

describe('liveness of plain agents', () => {
  it('goes from working over stalled to dead in silence with an active status', () => {
    const r = rig();
    r.publish('a', { ver: 1, status: 'in_progress' });
    assert.equal(livenessOf(r, 'a'), 'working');
    r.pass(119_999);
    assert.equal(livenessOf(r, 'a'), 'working');
    r.pass(1);
    assert.equal(livenessOf(r, 'a'), 'stalled');
    assert.deepEqual(
      r.model.attention.map((item) => item.kind),
      ['stalled'],
    );
    r.pass(480_000);
    assert.equal(livenessOf(r, 'a'), 'dead');
    r.publish('a', { ver: 2, status: 'working' });
    assert.equal(livenessOf(r, 'a'), 'working');
  });

  it('is idle a minute after the last active status', () => {
    const r = rig();
    r.publish('a', { ver: 1, status: 'working' });
    r.pass(30_000);
    r.publish('a', { ver: 2, status: 'done' });
    r.pass(29_999);
    assert.equal(livenessOf(r, 'a'), 'working');
    r.pass(1);
    assert.equal(livenessOf(r, 'a'), 'idle');
  });

  it('does not count a stale update as a sign of life', () => {
    const r = rig();
    r.publish('a', { ver: 5, status: 'working' });
    r.clock.advance(120_000);
    r.publish('a', { ver: 4, status: 'working' });
    assert.equal(livenessOf(r, 'a'), 'stalled');
  });

  it('knows the holder of a lock who never published as an agent of unknown liveness, while it holds', () => {
    const r = rig();
    r.locks([{ resource: 'src/a.ts', holder: 'ghost' }]);
    assert.equal(livenessOf(r, 'ghost'), 'unknown');
    assert.equal(r.model.agents[0]!.source, 'lock');
    r.pass(600_000);
    assert.equal(livenessOf(r, 'ghost'), 'unknown');
    r.locks([]);
    assert.equal(r.model.agents.length, 0);
  });

  it('tells the age of stored states by their stamp', () => {
    const r = rig();
    const old = decodeState(`{"agent_id":"a","ts":${r.clock.now() - 700_000},"state":{"ver":1,"status":"working"}}`);
    assert.ok(old.ok);
    r.model.apply({ kind: 'stored', ns: '', message: old.value });
    assert.equal(livenessOf(r, 'a'), 'dead');
    assert.equal(r.model.agents[0]!.seenAt, null);
  });
});

describe('claims', () => {
  it('follow the locks of the sweeps', () => {
    const r = rig();
    r.publish('agent-1', { ver: 1, task: 'auth', status: 'working' });
    r.kinds();
    r.locks([{ resource: 'src/a.ts', ttlMs: 5_000 }, { resource: 'src/auth/' }, { resource: 'port:3000' }]);
    assert.deepEqual(r.kinds(), ['claim', 'claim', 'claim']);
    assert.deepEqual(
      r.model.claims.map((claim) => [claim.resource, claim.kind, claim.holder, claim.task, claim.level]),
      [
        ['port:3000', 'named', 'agent-1', 'auth', 0],
        ['src/a.ts', 'file', 'agent-1', 'auth', 0],
        ['src/auth/', 'folder', 'agent-1', 'auth', 0],
      ],
    );
    assert.equal(r.model.claimsHeldBy('', 'agent-1').length, 3);
    r.pass(1_000);
    r.locks([{ resource: 'src/a.ts', ttlMs: 4_000 }]);
    assert.deepEqual(r.kinds(), ['release', 'release']);
    assert.equal(r.model.status().claims[0]!.expiresInMs, 4_000);
    r.locks([{ resource: 'src/a.ts', ttlMs: 30_000 }]);
    assert.deepEqual(r.kinds(), ['renew']);
    r.pass(30_001);
    r.locks([]);
    assert.deepEqual(r.kinds(), ['expire']);
  });

  it('do not stir for jitter, and change hands as a release and a claim', () => {
    const r = rig();
    r.locks([{ ttlMs: 30_000 }]);
    r.changes.length = 0;
    r.clock.advance(1_000);
    r.locks([{ ttlMs: 29_200 }]);
    assert.equal(r.changes.length, 0);
    r.kinds();
    r.locks([{ holder: 'agent-2', ttlMs: 29_000 }]);
    assert.deepEqual(r.kinds(), ['release', 'claim']);
    assert.equal(r.model.claims[0]!.holder, 'agent-2');
    assert.equal(r.model.claimsHeldBy('', 'agent-1').length, 0);
  });

  it('are never more than a sweep saw, also where it could not see everything', () => {
    const r = rig();
    for (let round = 0; round < 20; round++) {
      const locks = Array.from({ length: 50 }, (_, i) => ({ resource: `${round}.${i}` }));
      r.locks(locks, false);
      assert.equal(r.model.claims.length, 50);
    }
    assert.equal(r.model.beyondLimits.claims, true);
  });

  it('of one holder may be as many as a sweep reads', () => {
    const r = rig();
    r.locks(Array.from({ length: 5_000 }, (_, i) => ({ resource: `f${i}` })));
    assert.deepEqual(
      r.model
        .claimsHeldBy('', 'agent-1')
        .slice(0, 3)
        .map((claim) => claim.resource),
      ['f0', 'f1', 'f2'],
    );
  });

  it('without expiry ask for attention after 5 s, once, and can be dismissed', () => {
    const r = rig();
    r.locks([{ ttlMs: null }]);
    r.pass(4_999);
    assert.equal(r.model.attention.length, 0);
    r.pass(1);
    assert.deepEqual(
      r.model.attention.map((item) => [item.kind, item.resource, item.agent]),
      [['no-expiry', 'a', 'agent-1']],
    );
    r.model.dismiss(r.model.attention[0]!.id);
    r.pass(60_000);
    assert.equal(r.model.attention.length, 0);
    r.locks([]);
    r.locks([{ ttlMs: null }]);
    r.pass(5_000);
    assert.equal(r.model.attention.length, 1);
  });
});

describe('queues', () => {
  it('keep a drained list for a while and tell each change of depth', () => {
    const r = rig();
    r.lists({ 'analysis:queue': 2 });
    r.lists({ 'analysis:queue': 2 });
    r.lists({});
    assert.deepEqual(r.kinds(), ['queue', 'queue']);
    assert.equal(r.model.queues[0]!.waiting, 0);
    r.clock.advance(600_000);
    r.lists({});
    assert.equal(r.model.queues.length, 0);
  });
});

describe('duplicate work', () => {
  it('is two unrelated live agents on one task for over 2 s, counted once', () => {
    const r = rig();
    r.publish('agent-1', { ver: 1, task: 'x', status: 'working' });
    r.publish('agent-2', { ver: 1, task: 'x', status: 'working' });
    r.pass(2_000);
    assert.equal(r.model.counts.duplicate, 0);
    r.pass(1);
    r.pass(1_000);
    assert.equal(r.model.counts.duplicate, 1);
    assert.equal(r.model.counts.tasks, 1);
    assert.deepEqual(
      r.model.attention.map((item) => [item.kind, item.resource, item.agent, item.detail]),
      [['conflict', 'x', 'agent-2', 'agent-1']],
    );
    r.publish('agent-2', { ver: 2, status: 'done' });
    r.pass(1_000);
    assert.equal(r.model.attention.length, 0);
  });

  it('is not a parent and its child, however deep, nor a task that is handed over', () => {
    const r = rig();
    r.publish('lead', { ver: 1, task: 'x', status: 'working' });
    r.publish('child', { ver: 1, status: 'done' }, { parent: 'lead' });
    r.publish('grandchild', { ver: 1, task: 'x', status: 'working' }, { parent: 'child' });
    r.pass(10_000);
    assert.equal(r.model.counts.duplicate, 0);
    r.publish('a', { ver: 1, task: 'y', status: 'working' });
    r.publish('b', { ver: 1, task: 'y', status: 'working' });
    r.pass(1_000);
    r.publish('a', { ver: 2, status: 'done' });
    r.pass(10_000);
    assert.equal(r.model.counts.duplicate, 0);
  });

  it('does not drown in a chain of a thousand parents at one task', () => {
    const r = rig();
    for (let i = 0; i < 1_000; i++) {
      r.publish(`a${i}`, { ver: 1, task: 'x', status: 'working' }, { parent: `a${i + 1}` });
    }
    r.pass(3_000);
    assert.equal(r.model.agents.length, 1_000);
  });

  it('survives agents that are each other’s parents', () => {
    const r = rig();
    r.publish('a', { ver: 1, task: 'x', status: 'working' }, { parent: 'b' });
    r.publish('b', { ver: 1, task: 'x', status: 'working' }, { parent: 'a' });
    r.pass(10_000);
    assert.equal(r.model.counts.duplicate, 0);
  });
});

describe('the picture', () => {
  it('makes room for new agents by the one unheard for longest', () => {
    const r = rig(3);
    for (const id of ['a', 'b', 'c']) r.publish(id, { ver: 1 });
    r.publish('a', { ver: 2 });
    r.publish('d', { ver: 1 });
    assert.deepEqual(
      r.model.agents.map((agent) => agent.id),
      ['a', 'c', 'd'],
    );
    assert.equal(r.model.beyondLimits.agents, 1);
  });

  it('never drops an agent that publishes for one that only holds a lock', () => {
    const r = rig(3);
    for (const id of ['a', 'b']) r.publish(id, { ver: 9 });
    r.locks(Array.from({ length: 10 }, (_, i) => ({ resource: `f${i}`, holder: `ghost-${i}` })));
    assert.ok(r.model.agentById('', 'a') && r.model.agentById('', 'b'));
    assert.equal(r.model.agents.length, 3);
    r.publish('c', { ver: 1 });
    assert.deepEqual(
      r.model.agents.map((agent) => agent.id),
      ['a', 'b', 'c'],
    );
    r.publish('a', { ver: 3 });
    assert.equal(r.model.counts.stale, 1);
  });

  it('keeps rows apart whose namespaces and names run into each other', () => {
    const r = rig();
    const lock = { holder: 'a', token: null, ttlMs: null };
    r.model.apply({ kind: 'locks', ns: '', locks: [{ resource: 'shop:x', ...lock }], complete: true });
    r.model.apply({ kind: 'locks', ns: 'shop:', locks: [{ resource: 'x', ...lock }], complete: true });
    r.pass(5_000);
    assert.equal(new Set(r.model.attention.map((item) => item.id)).size, 2);
  });

  it('keeps the words of a state short, whatever their length, and lets go of a task that is set to null', () => {
    const r = rig();
    r.publish('a', { ver: 1, task: 'x'.repeat(60_000), status: 'working' });
    assert.ok(r.model.agents[0]!.task!.length <= 512);
    r.publish('a', { ver: 2, note: 'the task stays' });
    assert.notEqual(r.model.agents[0]!.task, null);
    r.publish('a', { ver: 3, task: null, status: null });
    assert.deepEqual([r.model.agents[0]!.task, r.model.agents[0]!.status], [null, null]);
  });

  it('sorts agents as people do', () => {
    const r = rig();
    for (const id of ['agent-10', 'agent-2', 'agent-1']) r.publish(id, { ver: 1 });
    assert.deepEqual(
      r.model.agents.map((agent) => agent.id),
      ['agent-1', 'agent-2', 'agent-10'],
    );
  });

  it('says by key what changed, and nothing when nothing did', () => {
    const r = rig();
    r.publish('a', { ver: 1 });
    assert.deepEqual([...r.changes[0]!.agents], [r.model.agents[0]!.key]);
    r.changes.length = 0;
    r.pass(1_000);
    assert.deepEqual(r.changes, []);
  });

  it('lists errors, newest occurrence once, and lets them go after ten minutes', () => {
    const r = rig();
    r.event('error:invalid_syntax');
    r.event('error:invalid_syntax');
    r.event('task_completed:x');
    assert.deepEqual(r.kinds(), ['event', 'event', 'event']);
    assert.equal(r.model.status().attention[0]!.text, 'Error: invalid_syntax');
    assert.equal(r.model.attention.length, 1);
    r.pass(600_000);
    assert.equal(r.model.attention.length, 0);
  });

  it('keeps a flood of different errors bounded', () => {
    const r = rig();
    for (let i = 0; i < 500; i++) r.event(`error:${i}`);
    assert.ok(r.model.attention.length <= 50);
  });

  it('forgets another server’s fleet, and keeps its own over a lost connection', () => {
    const r = rig();
    r.model.apply({ kind: 'opened', url: 'redis://one', namespaces: [''] });
    r.publish('a', { ver: 1 });
    r.model.apply({ kind: 'connection', state: 'reconnecting', reason: { code: 'closed' } });
    assert.equal(r.model.agents.length, 1);
    assert.match(r.model.status().connection.reason!, /closed the connection/);
    r.model.apply({ kind: 'opened', url: 'redis://two', namespaces: [''] });
    assert.equal(r.model.agents.length, 0);
    assert.equal(r.model.connection.reason, null);
  });

  it('takes nobody for stalled or dead whom it could not hear', () => {
    const r = rig();
    r.model.apply({ kind: 'opened', url: 'redis://one', namespaces: [''] });
    r.model.apply({ kind: 'connection', state: 'live', reason: null });
    r.publish('a', { ver: 1, status: 'working' });
    r.locks([{ holder: 'a', ttlMs: null }]);
    r.pass(60_000);
    r.model.apply({ kind: 'connection', state: 'reconnecting', reason: { code: 'closed' } });
    r.pass(3_600_000);
    const kinds = (): string[] => r.model.attention.map((item) => item.kind);
    assert.deepEqual([r.model.agents[0]?.liveness, kinds()], ['working', ['no-expiry']]);
    r.model.apply({ kind: 'gap', ms: 3_600_000, reason: null });
    r.model.apply({ kind: 'connection', state: 'live', reason: null });
    r.pass(59_999);
    assert.deepEqual([r.model.agents[0]?.liveness, kinds()], ['working', ['no-expiry']]);
    r.pass(1);
    assert.deepEqual([r.model.agents[0]?.liveness, kinds()], ['stalled', ['stalled', 'no-expiry']]);
  });

  it('keeps namespaces apart', () => {
    const r = rig();
    r.publish('a', { ver: 1 });
    const other = decodeState('{"agent_id":"a","state":{"ver":7}}');
    assert.ok(other.ok);
    r.model.apply({ kind: 'state', ns: 'shop:', message: other.value, held: false });
    assert.deepEqual(
      r.model.agents.map((agent) => [agent.ns, agent.ver]),
      [
        ['', 1],
        ['shop:', 7],
      ],
    );
  });

  it('shows what the server does not allow, until it does', () => {
    const r = rig();
    r.model.apply({ kind: 'trouble', what: 'sweep', reason: { code: 'not-allowed', detail: 'no SCAN' } });
    assert.match(r.model.status().attention[0]!.text, /no SCAN/);
    r.model.apply({ kind: 'trouble', what: 'sweep', reason: null });
    assert.equal(r.model.attention.length, 0);
  });
});
