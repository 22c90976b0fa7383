import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeChange, type Change } from '../../../src/protocol/changes.ts';
import { decodeSnapshotItem } from '../../../src/protocol/snapshotItems.ts';
import { decodeStored } from '../../../src/protocol/decode.ts';
import { compareStamps, placeOf, stampOf } from '../../../src/protocol/stamp.ts';

const stamped = (event: object): string => JSON.stringify({ ...event, seq: 12, at: '1767225600000000' });
const read = (event: object): Change | null => {
  const decoded = decodeChange(stamped(event));
  return decoded.ok ? decoded.value : null;
};
/** An event as the library writes it, and what is read from it. */
const told: readonly [event: Record<string, unknown>, change: Change][] = [
  [
    { kind: 'hello', agent: 'a', epoch: '9', parent: '', host: 'h', pid: '77' },
    {
      kind: 'hello',
      agent: 'a',
      epoch: 9,
      parent: null,
      host: 'h',
      pid: '77',
      role: null,
      team: null,
      name: null,
      hook: null,
    },
  ],
  [
    {
      kind: 'hello',
      agent: 's/1',
      epoch: '9',
      parent: 's',
      pid: '7',
      role: 'Explore',
      name: 'Explore 1',
      by: 'sh 1.1.0',
    },
    {
      kind: 'hello',
      agent: 's/1',
      epoch: 9,
      parent: 's',
      host: null,
      pid: '7',
      role: 'Explore',
      team: null,
      name: 'Explore 1',
      hook: { branch: null, root: null, by: 'sh 1.1.0' },
    },
  ],
  [
    { kind: 'phase', agent: 's', phase: 'you', tool: 'Bash', since: 1_000 },
    { kind: 'phase', agent: 's', phase: 'you', tool: 'Bash', since: 1_000 },
  ],
  [
    { kind: 'phase', agent: 's', phase: 'idle', tool: '', since: 'soon' },
    { kind: 'phase', agent: 's', phase: 'idle', tool: null, since: null },
  ],
  [
    { kind: 'phase', agent: 's', phase: 'dreaming', detail: 'x' },
    { kind: 'other', agent: 's', name: 'phase', resource: null, detail: 'x' },
  ],
  [
    { kind: 'bye', agent: 's', reason: 'exit' },
    { kind: 'bye', agent: 's', reason: 'exit' },
  ],
  [
    { kind: 'claim', agent: 'a', resource: 'x', token: '5', ttl: 60_000, task: '' },
    { kind: 'claim', agent: 'a', resource: 'x', token: 5, ttlMs: 60_000, task: null, waitId: null },
  ],
  [
    { kind: 'claim', agent: 'a', resource: 'x', token: '5', ttl: 10_000, task: 't', wait: 'w' },
    { kind: 'claim', agent: 'a', resource: 'x', token: 5, ttlMs: 10_000, task: 't', waitId: 'w' },
  ],
  [
    { kind: 'renew', agent: 'a', resource: 'x', token: '5', ttl: 60_000 },
    { kind: 'renew', agent: 'a', resource: 'x', token: 5, ttlMs: 60_000, task: null },
  ],
  [
    { kind: 'renew', agent: 'a', resource: 'x', token: '5', ttl: 5_000, reason: 'yields' },
    { kind: 'renew', agent: 'a', resource: 'x', token: 5, ttlMs: 5_000, task: null, yields: true },
  ],
  [
    { kind: 'renew', agent: 'a', resource: 'x', token: '5', ttl: 60_000, task: 'another' },
    { kind: 'renew', agent: 'a', resource: 'x', token: 5, ttlMs: 60_000, task: 'another' },
  ],
  [
    { kind: 'release', agent: 'a', resource: 'x', token: '5', reason: 'deleted' },
    { kind: 'release', agent: 'a', resource: 'x', token: 5, reason: 'deleted' },
  ],
  [
    { kind: 'expire', agent: 'a', resource: 'x', token: '5' },
    { kind: 'expire', agent: 'a', resource: 'x', token: 5 },
  ],
  [
    { kind: 'transfer', agent: 'b', resource: 'x', token: '6', ttl: 1, task: '', from: 'a', by: 'b', reason: 'kin' },
    {
      kind: 'transfer',
      agent: 'b',
      resource: 'x',
      token: 6,
      ttlMs: 1,
      task: null,
      from: 'a',
      by: 'b',
      reason: 'kin',
    },
  ],
  [
    { kind: 'break', agent: '?', resource: 'x', by: 'you', reason: '' },
    { kind: 'break', agent: '?', resource: 'x', token: null, by: 'you', reason: '' },
  ],
  [
    {
      kind: 'wait',
      agent: 'b',
      resource: 'x',
      resources: ['x', 'y/'],
      wait: 'w',
      holder: 'a',
      blocking: './',
      position: 2,
    },
    { kind: 'wait', agent: 'b', resources: ['x', 'y/'], waitId: 'w', holder: 'a', blocking: './', position: 2 },
  ],
  [
    { kind: 'unwait', agent: '', wait: 'w', reason: 'silent' },
    { kind: 'unwait', agent: '', waitId: 'w', reason: 'silent' },
  ],
  [
    { kind: 'unclaimed', agent: 'p', resource: '', detail: '' },
    { kind: 'unclaimed', agent: 'p', resource: '', detail: '', holder: null },
  ],
  [
    { kind: 'unclaimed', agent: 'p', resource: 'x', detail: 'bash', holder: 'a' },
    { kind: 'unclaimed', agent: 'p', resource: 'x', detail: 'bash', holder: 'a' },
  ],
  [
    { kind: 'delivered', agent: 'b', ids: ['m1', '', 'm2', {}] },
    { kind: 'delivered', agent: 'b', ids: ['m1', 'm2'] },
  ],
  [
    { kind: 'delivered', agent: 'b', ids: 'm1', detail: 'x' },
    { kind: 'other', agent: 'b', name: 'delivered', resource: null, detail: 'x' },
  ],
  [
    { kind: 'denied', agent: 'b', resource: 'x', holder: 'p', blocking: 'x', reason: 'raw' },
    { kind: 'denied', agent: 'b', resource: 'x', token: null, holder: 'p', blocking: 'x', reason: 'raw' },
  ],
  [
    { kind: 'deadlock', agent: 'a', resource: 'x', circle: ['a', 'b'] },
    { kind: 'deadlock', agent: 'a', resource: 'x', circle: ['a', 'b'] },
  ],
  [
    { kind: 'message', agent: 'a', to: '*', id: 'm', text: 'two\nlines' },
    { kind: 'message', agent: 'a', to: '*', id: 'm', text: 'two\nlines' },
  ],
  [
    { kind: 'control', agent: 'you', target: 'a', action: 'resume', reason: '' },
    { kind: 'control', agent: 'you', target: 'a', action: 'resume', reason: '' },
  ],
  [
    { kind: 'my-own', agent: 'a', resource: '', detail: 'd' },
    { kind: 'other', name: 'my-own', agent: 'a', resource: null, detail: 'd' },
  ],
];

describe('a change of the library', () => {
  it('is read from the text that it sends', () => {
    for (const [event, change] of told) assert.deepEqual(read(event), change, String(event['kind']));
  });

  it('is none where something of it is missing or cannot be', () => {
    const claim = { kind: 'claim', agent: 'a', resource: 'x', token: '5', ttl: 60_000 };
    const wrong: object[] = [
      { ...claim, agent: '' },
      { ...claim, agent: { toString: 'x' } },
      { ...claim, resource: '' },
      { ...claim, resource: 7 },
      { ...claim, resource: 'x'.repeat(1_025) },
      { ...claim, token: '-5' },
      { ...claim, token: '9007199254740992' },
      { ...claim, token: null },
      { ...claim, ttl: 86_400_001 },
      { ...claim, ttl: 1.5 },
      { kind: 'wait', agent: 'b', resources: [], wait: 'w' },
      { kind: 'wait', agent: 'b', resources: ['x'] },
      { kind: 'wait', agent: '', resources: ['x'], wait: 'w' },
      { kind: 'control', agent: 'a', target: 'b', action: 'stop' },
      { kind: 'toString', agent: 'a' },
      { kind: '__proto__', agent: 'a' },
      { kind: 'x'.repeat(33), agent: 'a' },
      { kind: '', agent: 'a' },
      { kind: 5, agent: 'a' },
      {},
    ];
    for (const event of wrong) assert.equal(read(event), null, JSON.stringify(event));
    assert.equal(read({ kind: 'constructor', agent: 'a' })?.kind, 'other');
  });

  it('names resources whole, as half a name would be another’s', () => {
    const long = `${'a/'.repeat(500)}x.ts`;
    const wait = read({ kind: 'wait', agent: 'b', resources: [long, 7, 'y'], wait: 'w', holder: 'a', blocking: long });
    assert.ok(wait?.kind === 'wait');
    assert.deepEqual([wait.resources, wait.blocking], [[long, 'y'], long]);
    const deadlock = read({ kind: 'deadlock', agent: 'a', resource: long, circle: ['a', 'b'] });
    assert.ok(deadlock?.kind === 'deadlock');
    assert.equal(deadlock.resource, long);
    const other = read({ kind: 'note', agent: 'a', resource: long, detail: '' });
    assert.ok(other?.kind === 'other');
    assert.equal(other.resource, long);
  });

  it('is bounded, whatever it holds', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => `f${i}`);
    const wait = read({ kind: 'wait', agent: 'b', resources: many, wait: 'w' });
    const deadlock = read({ kind: 'deadlock', agent: 'b', resource: 'x', circle: many });
    assert.equal(wait?.kind === 'wait' && wait.resources.length, 64);
    assert.equal(deadlock?.kind === 'deadlock' && deadlock.circle.length, 64);
    const long = read({
      kind: 'release',
      agent: 'y'.repeat(5_000),
      resource: 'x',
      token: 1,
      reason: 'z'.repeat(5_000),
    });
    assert.ok(long?.kind === 'release' && long.agent.length <= 512 && long.reason!.length <= 512);
  });

  it('never throws, whatever arrives', () => {
    const kinds = fc.constantFrom(
      ...told.map(([event]) => event['kind']),
      'constructor',
      '__proto__',
      'hasOwnProperty',
    );
    const hostile = fc.oneof(fc.anything({ maxDepth: 2 }), fc.constantFrom('x', '5', 5, ['x'], ''));
    const fields = [
      'agent',
      'resource',
      'resources',
      'token',
      'ttl',
      'wait',
      'circle',
      'action',
      'target',
      'at',
      'seq',
    ];
    const record = fc.record(Object.fromEntries(fields.map((field) => [field, hostile])), { requiredKeys: [] });
    fc.assert(
      fc.property(kinds, record, fc.string(), (kind, rest, noise) => {
        const text = stringify({ kind, ...rest });
        for (const each of [text, noise]) {
          const decoded = decodeChange(each);
          if (decoded.ok) assert.equal(typeof decoded.value.agent, 'string');
          for (const item of ['claim', 'wait', 'agent', 'pause', noise]) decodeSnapshotItem(item, noise, each);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an item of a snapshot', () => {
  const item = (kind: string, name: string, json: object): unknown => {
    const decoded = decodeSnapshotItem(kind, name, JSON.stringify(json));
    return decoded.ok ? decoded.value : decoded.reason;
  };
  const lease = { holder: 'a', token: '5', task: '', since: 1_000, until: 9_000, ttl: 8_000, left: 4_000 };

  it('is a lease, a wait, an agent or a pause', () => {
    assert.deepEqual(item('claim', 'x', lease), {
      kind: 'claim',
      resource: 'x',
      holder: 'a',
      token: 5,
      task: null,
      since: 1_000,
      leftMs: 4_000,
    });
    const waits = { agent: 'b', ttl: 5, task: '', heard: 1, resources: ['x'] };
    const wait = { kind: 'wait', waitId: 'w', agent: 'b', resources: ['x'] };
    assert.deepEqual(item('wait', 'w', { ...waits, began: 9_000 }), { ...wait, began: 9_000 });
    assert.deepEqual(item('wait', 'w', { ...waits, began: 'long ago' }), { ...wait, began: null });
    assert.deepEqual(item('agent', 'a', { epoch: '9', parent: 'p', host: '', pid: '' }), {
      kind: 'agent',
      agent: 'a',
      epoch: 9,
      parent: 'p',
      host: null,
      pid: null,
      role: null,
      team: null,
      name: null,
      hook: null,
      doing: null,
      heardAt: null,
    });
    const person = decodeSnapshotItem('agent', 'ada@h', JSON.stringify({ role: 'person', at: '7000000' }));
    assert.equal(person.ok && person.value.kind === 'agent' && person.value.heardAt, 7_000);
    const hooked = {
      epoch: '9',
      parent: '',
      host: 'h',
      pid: '7',
      role: 'tester',
      team: 'crew',
      name: 'login',
      branch: 'main',
      by: 'sh 1',
    };
    const told = { phase: 'you', tool: 'Bash', since: 5_000, root: '/w', at: '6000000' };
    assert.deepEqual(item('agent', 's', { ...hooked, ...told }), {
      kind: 'agent',
      agent: 's',
      epoch: 9,
      parent: null,
      host: 'h',
      pid: '7',
      role: 'tester',
      team: 'crew',
      name: 'login',
      hook: { branch: 'main', root: '/w', by: 'sh 1' },
      doing: { phase: 'you', tool: 'Bash', since: 5_000 },
      heardAt: 6_000,
    });
    assert.deepEqual(item('pause', '*', { action: 'pause', by: 'you', reason: 'r' }), {
      kind: 'pause',
      target: '*',
      by: 'you',
      reason: 'r',
    });
  });

  it('is none where something of it is missing or cannot be', () => {
    assert.equal(item('claim', '', lease), 'no lease');
    assert.equal(item('claim', 'x', { ...lease, holder: '' }), 'no lease');
    assert.equal(item('claim', 'x', { ...lease, left: 86_400_001 }), 'no lease');
    assert.equal(item('claim', 'x'.repeat(1_025), lease), 'no lease');
    assert.equal(item('wait', 'w', { agent: '', resources: ['x'] }), 'no waiter');
    assert.equal(item('wait', 'w', { agent: 'b', resources: [''] }), 'no waiter');
    assert.equal(item('agent', '', { epoch: '9' }), 'no agent');
    assert.equal(item('pause', 'x'.repeat(600), {}), 'no pause');
    assert.match(String(item('other', 'x', {})), /unknown kind/);
  });

  it('has a time that a clock can show', () => {
    const read = item('claim', 'x', { ...lease, since: 9_000_000_000_000_000 }) as { since: number };
    assert.ok(new Date(read.since).toISOString());
  });
});

describe('a stamp', () => {
  it('is a number and a time of the server, or a place after a number', () => {
    assert.deepEqual(stampOf({ seq: 12, at: '5' }), { seq: 12, sub: 0, atUs: 5 });
    assert.deepEqual(stampOf({ id: '12-3', at: '5' }), { seq: 12, sub: 3, atUs: 5 });
    for (const none of [
      { seq: 12 },
      { seq: 12, at: 5 },
      { seq: -1, at: '5' },
      { seq: '12', at: '5' },
      { id: '12', at: '5' },
    ]) {
      assert.equal(stampOf(none), undefined, JSON.stringify(none));
    }
  });

  it('orders what has no number behind what has', () => {
    const places = ['12-0', '12-2', '12-10', '13-0'].map((id) => placeOf(id, 0)!);
    assert.deepEqual(places.toReversed().toSorted(compareStamps), places);
  });

  it('tells the age of a state that was stored', () => {
    const stored = decodeStored('a', '{"agent_id":"a","epoch":"7","seq":12,"at":"1767225600000000","state":{"ver":1}}');
    assert.ok(stored.ok);
    assert.equal(stored.value.ts, Date.parse('2026-01-01T00:00:00Z'));
    const own = decodeStored('a', '{"agent_id":"a","ts":5,"seq":12,"at":"1767225600000000","state":{"ver":1}}');
    assert.ok(own.ok && own.value.ts === 5);
  });
});

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
