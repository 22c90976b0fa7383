import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { decodeEvent, decodeState } from '../../../src/protocol/decode.ts';
import { english } from '../../../src/protocol/reasons.ts';
import { AgentRows } from '../../../src/views/agentRows.ts';
import { AttentionRows } from '../../../src/views/attentionRows.ts';
import { ClaimRows } from '../../../src/views/claimRows.ts';
import { QueueRows } from '../../../src/views/queueRows.ts';
import type { Projection, Row } from '../../../src/views/row.ts';
import { statusBarText, statusBarTooltip } from '../../../src/views/statusBarText.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { listSeen } from '../../support/queueSeen.ts';

/** A model that is told things as a feed would, and all that is shown of it. Only files below `src/` exist. */
class World {
  readonly clock = new FakeClock();
  readonly model = new FleetModel({ clock: this.clock, observerId: 'test' });
  readonly fleet = {
    picture: this.model,
    clock: this.clock,
    l10n: english,
    files: { find: (_ns: string, resource: string) => (resource.startsWith('src/') ? [`file:///w/${resource}`] : []) },
  };
  readonly agents = new AgentRows(this.fleet);
  readonly claims = new ClaimRows(this.fleet);
  readonly queues = new QueueRows(this.fleet);
  readonly attention = new AttentionRows(this.fleet);

  constructor(namespaces: readonly string[] = ['']) {
    this.model.apply({ kind: 'opened', url: 'redis://h:1', namespaces });
    this.model.apply({ kind: 'connection', state: 'live', reason: null });
  }

  publish(id: string, state: object, beside: object = {}, ns = ''): void {
    const decoded = decodeState(JSON.stringify({ agent_id: id, ...beside, state }));
    assert.ok(decoded.ok);
    this.model.apply({ kind: 'state', ns, message: decoded.value, held: false });
  }

  lock(...locks: [resource: string, holder: string, ttlMs: number | null][]): void {
    const seen = locks.map(([resource, holder, ttlMs]) => ({ resource, holder, ttlMs, token: null }));
    this.model.apply({ kind: 'locks', ns: '', locks: seen, complete: true });
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    this.model.tick();
  }
}

const rowsOf = (tree: Projection, parent: string | null = null): Row[] =>
  tree.children(parent).map((id) => {
    const row = tree.row(id);
    assert.ok(row, id);
    return row;
  });
const lines = (tree: Projection, parent: string | null = null): string[] =>
  rowsOf(tree, parent).map((row) => `${row.label} | ${row.description}`);

/** Draws all of a tree, as somebody would who opens every row and points at each. */
function show(tree: Projection, parent: string | null): void {
  for (const id of tree.children(parent)) {
    const row = tree.row(id);
    assert.ok(row, id);
    assert.doesNotMatch(row.label + row.description + row.spoken, /[\p{C}\p{Zl}\p{Zp}]/u);
    tree.tooltip(id);
    show(tree, id);
  }
}

describe('rows of agents', () => {
  it('say state, task and what is held', () => {
    const world = new World();
    world.publish('agent-3', { task: 'refactor-auth', status: 'working', ver: 1 });
    world.lock(['src/a.ts', 'agent-3', 60_000], ['src/b.ts', 'agent-3', 60_000]);
    assert.deepEqual(lines(world.agents), ['agent-3 | working · refactor-auth · 2 files']);
    assert.equal(rowsOf(world.agents)[0]?.contextValue, 'agent.working');
    assert.equal(rowsOf(world.agents)[0]?.spoken, 'agent-3, working, refactor-auth, 2 files');
  });

  it('show the status itself while it is none of work', () => {
    const world = new World();
    world.publish('a', { status: 'done', task: 'x' });
    world.publish('b', { status: 'blocked' });
    world.publish('c', {});
    assert.deepEqual(lines(world.agents), ['a | done · x', 'b | blocked', 'c | online']);
    world.pass(5 * 60_000);
    assert.deepEqual(lines(world.agents), ['a | idle 5m · done · x', 'b | idle 5m · blocked', 'c | idle 5m']);
    world.publish('d', { status: 'idle' });
    world.pass(61_000);
    assert.equal(lines(world.agents)[3], 'd | idle 1m');
  });

  it('tell stalled, dead and unheard agents apart', () => {
    const world = new World();
    world.publish('a', { status: 'working' });
    world.lock(['src/a.ts', 'ghost', 60_000]);
    world.pass(3 * 60_000);
    assert.deepEqual(lines(world.agents), ['a | stalled 3m', 'ghost | never published · 1 file']);
    world.pass(8 * 60_000);
    assert.equal(lines(world.agents)[0], 'a | dead 11m');
  });

  it('show how the work of each ended', () => {
    const world = new World();
    const ends = ['cancelled', 'done', 'ERROR', 'failed'];
    for (const status of ends) world.publish(status, { task: 'x', status, ver: 1 });
    const icons = () => rowsOf(world.agents).map(({ icon }) => icon !== 'file' && icon.codicon);
    assert.deepEqual(icons(), ['circle-slash', 'pass', 'error', 'error']);
    // The shape is not all that says so.
    assert.deepEqual(
      rowsOf(world.agents).map(({ spoken }) => spoken),
      ends.map((word) => `${word}, ${word}, x`),
    );
    world.pass(5 * 60_000);
    assert.deepEqual(icons(), ['circle-outline', 'circle-outline', 'error', 'error']);
    assert.equal(rowsOf(world.agents)[3]?.spoken, 'failed, idle 5m, failed, x');
  });

  it('stand below their parents, with what they hold first', () => {
    const world = new World();
    world.publish('lead', { status: 'working' });
    world.publish('lead/x', { status: 'working' }, { parent: 'lead' });
    world.lock(['src/a.ts', 'lead', 41_000]);
    const [lead] = world.agents.children(null);
    assert.ok(lead);
    assert.deepEqual(lines(world.agents, lead), ['a.ts | 50s left · src', 'lead/x | working']);
    assert.equal(world.agents.row(lead)?.children, 'expanded');
  });

  it('are grouped by host where there are several', () => {
    const world = new World();
    world.publish('a', { status: 'working' }, { host: 'mini-1' });
    assert.deepEqual(lines(world.agents), ['a | working']);
    world.publish('b', { status: 'working' }, { host: 'mini-2' });
    assert.deepEqual(lines(world.agents), ['mini-1 | 1 agent', 'mini-2 | 1 agent']);
    assert.deepEqual(lines(world.agents, 'host:mini-2'), ['b | working']);
  });

  it('name the namespace where there are several', () => {
    const world = new World(['', 'shop:']);
    world.publish('a', { status: 'working' }, {}, 'shop:');
    assert.deepEqual(lines(world.agents), ['a | working · shop:']);
  });

  it('keep their ids while time passes and states change', () => {
    const world = new World();
    world.publish('a', { status: 'working', ver: 1 });
    const before = world.agents.children(null);
    world.publish('a', { status: 'done', ver: 2 });
    world.pass(10 * 60_000);
    assert.deepEqual(world.agents.children(null), before);
  });

  it('are made of hostile ids and states without harm', () => {
    const world = new World();
    const evil = `a\n\u202e${'x'.repeat(10_000)}`;
    world.publish(evil, { task: evil, status: evil, text: '```\n</b>[x](command:y)' });
    const [row] = rowsOf(world.agents);
    assert.ok(row);
    assert.ok(Array.from(row.label).length <= 60);
    assert.ok(row.label.startsWith('a␊�xxx'));
    assert.doesNotMatch(row.label + row.description + row.spoken, /[\n\u202e]/);
    const tooltip = world.agents.tooltip(world.agents.children(null)[0] ?? '') ?? '';
    assert.ok(tooltip.length < 5000);
    assert.doesNotMatch(tooltip, /\u202e/);
  });

  it('are made of anything at all, as is all else that is shown', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('..', 'src/a', 'a:b', '\ud800', '/'),
    );
    const name = text.filter((each) => each !== '');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name, text, fc.option(fc.nat(100_000))), { maxLength: 8 }), (all) => {
        const world = new World();
        for (const [id, parent, task] of all)
          world.publish(id, { task, status: task, [task]: task }, { parent, host: task });
        world.lock(...all.map(([id, , resource, ttl]): [string, string, number | null] => [resource, id, ttl]));
        world.pass(6000);
        for (const tree of [world.agents, world.claims, world.queues, world.attention]) show(tree, null);
        statusBarTooltip(world.model, english);
      }),
    );
  });

  it('lead out of a connection that never came about', () => {
    const world = new World();
    const reason = { code: 'unreachable', where: 'h:1' } as const;
    world.model.apply({ kind: 'connection', state: 'reconnecting', reason });
    assert.deepEqual(
      rowsOf(world.agents).map((row) => row.contextValue),
      ['help', 'help', 'help'],
    );
    world.model.apply({ kind: 'connection', state: 'live', reason: null });
    world.publish('a', { status: 'working' });
    world.model.apply({ kind: 'connection', state: 'reconnecting', reason });
    assert.deepEqual(lines(world.agents), ['a | seen <10s ago']);
  });

  it('say only when each was seen while there is no connection', () => {
    const world = new World();
    world.publish('a', { status: 'working', task: 'x' });
    world.publish('b', { status: 'done', task: 'y' });
    world.lock(['src/a.ts', 'ghost', 900_000]);
    world.model.apply({ kind: 'connection', state: 'reconnecting', reason: null });
    world.pass(11 * 60_000);
    assert.deepEqual(lines(world.agents), [
      'a | seen 11m ago · x',
      'b | seen 11m ago · done · y',
      'ghost | never published · 1 file',
    ]);
    const [a] = rowsOf(world.agents);
    assert.deepEqual(a?.icon, { codicon: 'circle-outline', color: 'signalbox.agentIdleForeground' });
    world.model.apply({ kind: 'connection', state: 'live', reason: null });
    world.publish('a', { status: 'working', task: 'x' });
    assert.equal(lines(world.agents)[0], 'a | working · x');
    const [again] = rowsOf(world.agents);
    assert.deepEqual(again?.icon, { codicon: 'circle-filled', color: 'signalbox.agentWorkingForeground' });
  });
});

describe('tooltips of agents', () => {
  it('begin with how fresh the row is', () => {
    const world = new World();
    world.publish('a', { status: 'working', ver: 4 });
    world.publish('a', { status: 'working', ver: 3 });
    world.clock.advance(12_000);
    const tooltip = world.agents.tooltip(world.agents.children(null)[0] ?? '') ?? '';
    assert.match(tooltip, /Seen 12s ago\\, at /);
    assert.match(tooltip, /Version 4/);
    assert.match(tooltip, /1 update was not newer than this and was dropped/);
    assert.match(tooltip, /```json\n\{\n {2}"status": "working",/);
  });

  it('say so when nothing was heard since', () => {
    const world = new World();
    const decoded = decodeState('{"agent_id":"a","state":{"status":"working"}}');
    assert.ok(decoded.ok);
    world.model.apply({ kind: 'stored', ns: '', message: decoded.value });
    const tooltip = world.agents.tooltip(world.agents.children(null)[0] ?? '') ?? '';
    assert.match(tooltip, /From the stored state\\; not heard since/);
  });
});

describe('rows of claims', () => {
  it('say who, for how long, and where', () => {
    const world = new World();
    world.lock(['src/api/server.ts', 'agent-3', 41_000], ['git:index', 'agent-4', 7_200_000], ['docs/x.md', 'b', null]);
    assert.deepEqual(lines(world.claims), [
      'x.md | b · no expiry · not in this workspace · docs',
      'git:index | agent-4 · 2h left',
      'server.ts | agent-3 · 50s left · src/api',
    ]);
    const server = rowsOf(world.claims)[2];
    assert.deepEqual(server?.click, { open: 'file:///w/src/api/server.ts' });
    assert.equal(server?.contextValue, 'claim.raw');
    assert.equal(rowsOf(world.claims)[1]?.contextValue, 'claim.raw');
    world.clock.advance(1000);
    assert.equal(lines(world.claims)[2], 'server.ts | agent-3 · 40s left · src/api');
  });

  it('of a folder open nothing', () => {
    const world = new World();
    world.lock(['src/auth/', 'a', 1000]);
    assert.equal(rowsOf(world.claims)[0]?.click, null);
    assert.equal(rowsOf(world.claims)[0]?.resource, 'file:///w/src/auth/');
  });
});

describe('rows of queues and of what needs attention', () => {
  it('count what waits', () => {
    const world = new World();
    world.model.apply({ kind: 'queues', ns: '', queues: [listSeen('analysis:queue', 12)], complete: true });
    assert.deepEqual(lines(world.queues), ['analysis:queue | 12 waiting']);
    assert.equal(rowsOf(world.queues)[0]?.contextValue, 'queue.list');
  });

  it('say what is the matter', () => {
    const world = new World();
    world.publish('agent-1', { task: 'src/a.ts', status: 'working' });
    world.publish('agent-2', { task: 'src/a.ts', status: 'working' });
    const decoded = decodeEvent('error:invalid_syntax');
    assert.ok(decoded.ok);
    world.model.apply({ kind: 'event', ns: '', event: decoded.value, text: 'error:invalid_syntax' });
    world.pass(3000);
    assert.deepEqual(lines(world.attention), [
      'src/a.ts | <10s · agent-1 and agent-2 both active',
      'Error | <10s · invalid_syntax',
    ]);
    assert.deepEqual(rowsOf(world.attention)[0]?.click, { open: 'file:///w/src/a.ts' });
    const contexts = (): string[] => rowsOf(world.attention).map((row) => row.contextValue);
    assert.deepEqual(contexts(), ['attention.conflict', 'attention.run-failed']);
    for (const agent of ['agent-1', 'agent-2']) world.publish(agent, { task: 'tokens', status: 'working' });
    world.pass(3000);
    assert.deepEqual(contexts(), ['attention.work', 'attention.run-failed']);
  });
});

describe('what fails because the connection does', () => {
  it('is told with the connection, and in plain words where that stands', () => {
    const world = new World();
    const reason = { code: 'timeout', where: 'redis://h:1' } as const;
    world.model.apply({ kind: 'trouble', what: 'keys', reason });
    assert.deepEqual(lines(world.attention), [
      'Claims and queues | redis://h:1 does not answer. Check the address, the network and any firewall.',
    ]);
    world.model.apply({ kind: 'connection', state: 'reconnecting', reason });
    assert.deepEqual(lines(world.attention), []);
    world.model.apply({ kind: 'connection', state: 'live', reason: null });
    assert.equal(lines(world.attention).length, 1);
  });
});

describe('the text of the status bar', () => {
  it('says what there is', () => {
    const world = new World();
    assert.equal(statusBarText(world.model, english, 'en'), '$(broadcast) 0 agents');
    world.publish('a', { status: 'working' });
    world.lock(['src/a.ts', 'a', 1000]);
    world.model.apply({ kind: 'rtt', ms: 0.72 });
    assert.equal(statusBarText(world.model, english, 'en'), '$(broadcast) 1 agent, 1 claim, 0.72 ms');
    assert.match(statusBarText(world.model, english, 'de'), /1 claim, 0,72 ms$/);
    world.model.apply({ kind: 'connection', state: 'reconnecting', reason: null });
    assert.equal(statusBarText(world.model, english, 'en'), '$(sync~spin) reconnecting…');
  });
});
