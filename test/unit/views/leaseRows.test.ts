import assert from 'node:assert/strict';
import fc from 'fast-check';
import { statusText } from '../../../src/agent/statusText.ts';
import { watchText } from '../../../src/agent/watchText.ts';
import { decodeChange } from '../../../src/protocol/changes.ts';
import { decodeSnapshotItem, type SnapshotItem } from '../../../src/protocol/snapshotItems.ts';
import { english } from '../../../src/protocol/reasons.ts';
import { AgentRows } from '../../../src/views/agentRows.ts';
import { AttentionRows } from '../../../src/views/attentionRows.ts';
import { ClaimRows } from '../../../src/views/claimRows.ts';
import type { Projection, Row } from '../../../src/views/row.ts';
import { statusBarText, statusBarTooltip } from '../../../src/views/statusBarText.ts';
import { hostileTexts } from '../../support/hostile.ts';
import { LibraryNews } from '../model/libraryNews.ts';

/** What is shown of what the library tells. Only files below `src/` exist. */
class Shown extends LibraryNews {
  readonly fleet = {
    picture: this.model,
    clock: this.clock,
    l10n: english,
    files: { find: (_ns: string, resource: string) => (resource.startsWith('src/') ? [`file:///w/${resource}`] : []) },
  };
  readonly agents = new AgentRows(this.fleet);
  readonly claimRows = new ClaimRows(this.fleet);
  readonly attention = new AttentionRows(this.fleet);
}

const rowsOf = (tree: Projection, parent: string | null = null): Row[] =>
  tree.children(parent).flatMap((id) => tree.row(id) ?? []);
const lines = (tree: Projection, parent: string | null = null): string[] =>
  rowsOf(tree, parent).map((row) => `${row.label} | ${row.description}`);
const tooltips = (tree: Projection): string =>
  tree
    .children(null)
    .map((id) => tree.tooltip(id))
    .join('\n\n');
/** Without what keeps others' text from being markup. */
const plainly = (tree: Projection): string => tooltips(tree).replaceAll('\\', '');

describe('rows of leases', () => {
  it('say who waits, and for what task it is', () => {
    const shown = new Shown();
    shown.tell({ kind: 'claim', agent: 'a', resource: 'src/x.ts', token: 42, ttlMs: 90_000, task: 'auth' });
    shown.tell({ kind: 'wait', agent: 'b', waitId: 'w1', resources: ['src/'] });
    const [row] = rowsOf(shown.claimRows);
    assert.deepEqual(lines(shown.claimRows), ['x.ts | a · 1m left · b waits · auth · src']);
    assert.equal(row?.contextValue, 'claim.leased');
    assert.equal(row?.spoken, 'src/x.ts, claimed by a, 1m left, b waits');
    for (const [i, agent] of ['c', 'd', 'e'].entries()) {
      shown.tell({ kind: 'wait', agent, waitId: `w${i + 2}`, resources: ['src/x.ts'] });
    }
    assert.deepEqual(lines(shown.claimRows), ['x.ts | a · 1m left · 4 wait: b, c, d, … · auth · src']);
    const tooltip = tooltips(shown.claimRows);
    assert.match(tooltip, /fencing token 42/);
    assert.match(tooltip, /Waiting for it: b\\, c\\, d\\, e/);
    assert.match(tooltip, /Task: auth/);
    assert.match(tooltip, /Until: /);
  });

  it('say less below their holder', () => {
    const shown = new Shown();
    shown.accept('a', 1, { ver: 1, task: 'auth', status: 'working' });
    shown.tell({ kind: 'claim', agent: 'a', resource: 'src/x.ts', token: 42 });
    const [agent = ''] = shown.agents.children(null);
    assert.deepEqual(lines(shown.agents, agent), ['x.ts | 1m left · src']);
    assert.deepEqual(lines(shown.claimRows), ['x.ts | a · 1m left · auth · src']);
  });
});

describe('rows of agents that wait in line', () => {
  it('say for what, and whose it is', () => {
    const shown = new Shown();
    shown.accept('a', 1, { ver: 1, status: 'working' });
    shown.accept('b', 1, { ver: 1, task: 'login', status: 'working' });
    shown.tell({ kind: 'claim', agent: 'a', resource: 'src/x.ts', token: 42 });
    shown.tell({ kind: 'wait', agent: 'b', waitId: 'w1', resources: ['src/x.ts'] });
    assert.deepEqual(lines(shown.agents), ['a | working · 1 file', 'b | working · waits for x.ts · login']);
    assert.match(plainly(shown.agents), /Waits for: src\/x\.ts · held by a {2}\n/);
    shown.tell({ kind: 'unwait', agent: 'b', waitId: 'w1' });
    assert.deepEqual(lines(shown.agents)[1], 'b | working · login');
  });

  it('name the first of many', () => {
    const shown = new Shown();
    shown.accept('b', 1, { ver: 1, status: 'working' });
    const resources = ['git:index', ...'abcdef'].map((name) => (name.length > 1 ? name : `src/${name}.ts`));
    shown.tell({ kind: 'wait', agent: 'b', waitId: 'w1', resources });
    assert.deepEqual(lines(shown.agents), ['b | working · waits for git:index +6']);
    assert.equal(tooltips(shown.agents).match(/Waits for/g)?.length, 5);
  });

  it('say that a child has what its parent had, and not that either is in the way', () => {
    const shown = new Shown();
    shown.accept('a', 1, { ver: 1, status: 'working', task: 'auth' });
    shown.accept('a/1', 1, { ver: 1, status: 'working', task: 'auth' });
    shown.tell({ kind: 'claim', agent: 'a', resource: 'src/x.ts', token: 42 });
    shown.tell({
      kind: 'transfer',
      agent: 'a/1',
      resource: 'src/x.ts',
      token: 43,
      from: 'a',
      by: 'a/1',
      reason: 'kin',
    });
    const [a = ''] = shown.agents.children(null);
    assert.deepEqual(lines(shown.agents), ['a | working · auth']);
    assert.deepEqual(lines(shown.agents, a), ['a/1 | working · auth · 1 file']);
    shown.pass(3_000);
    assert.deepEqual(lines(shown.attention), []);
  });
});

describe('rows of agents that were told to pause', () => {
  it('say so, and by whom', () => {
    const shown = new Shown();
    shown.accept('a', 1, { ver: 1, task: 'auth', status: 'working' });
    shown.tell({ kind: 'control', agent: 'lead', target: 'a', action: 'pause', reason: 'build is *red*' });
    const [row] = rowsOf(shown.agents);
    assert.equal(row?.description, 'paused by lead · auth');
    assert.deepEqual(row?.icon, { codicon: 'debug-pause', color: 'signalbox.agentIdleForeground' });
    assert.equal(row?.contextValue, 'agent.working.paused');
    assert.match(tooltips(shown.agents), /Paused by lead\\: build is \\\*red\\\*/);
    shown.pass(600_000);
    const [later] = rowsOf(shown.agents);
    assert.deepEqual(later?.icon, { codicon: 'circle-slash', color: 'signalbox.agentDeadForeground' });
    shown.tell({ kind: 'control', agent: 'lead', target: 'a', action: 'resume' });
    assert.doesNotMatch(rowsOf(shown.agents)[0]?.description ?? '', /paused/);
  });
});

describe('rows of what needs attention', () => {
  it('tell circles, edits without a claim, and spellings apart', () => {
    const shown = new Shown();
    shown.tell({ kind: 'claim', agent: 'a', resource: 'src/A.ts', token: 1 });
    shown.tell({ kind: 'claim', agent: 'b', resource: 'src/a.ts', token: 2 });
    shown.tell({ kind: 'deadlock', agent: 'b', resource: 'src/A.ts', circle: ['b', 'a'] });
    shown.tell({ kind: 'unclaimed', agent: 'p', resource: 'src/c.ts', detail: 'overwritten' });
    shown.tell({ kind: 'unclaimed', agent: 'p', resource: 'src/d.ts', detail: 'raw-under-folder' });
    shown.tell({ kind: 'unclaimed', agent: 'p', resource: 'src/e.ts', detail: '' });
    shown.snapshot({ word: 'diverged', seq: 1, leases: [] });
    assert.deepEqual(lines(shown.attention), [
      'b | <10s · deadlock with a',
      'c.ts | <10s · claim overwritten by a plain lock of p · src',
      'd.ts | <10s · plain lock of p in a claimed folder · src',
      'e.ts | <10s · edited by p without a claim · src',
      'History | another one than before',
    ]);
    assert.equal(rowsOf(shown.attention)[1]?.spoken, 'src/c.ts, claim overwritten by a plain lock of p');
    shown.pass(12_000);
    const tooltip = plainly(shown.attention);
    assert.match(
      tooltip,
      /b would have waited for itself: b → a → b\.\*\* {2}\nIts claim was refused, and nobody waits\. {2}\n.*Message Agent or Hand Over Claim\. {2}\nWanted: src\/A\.ts {2}\n12s ago, at /,
    );
    assert.doesNotMatch(tooltip, /For 12s/);
    shown.tell({ kind: 'claim', agent: 'a', resource: 'src/A.ts', token: 3 });
    shown.tell({ kind: 'claim', agent: 'b', resource: 'src/a.ts', token: 4 });
    const [row] = rowsOf(shown.attention);
    assert.equal(row?.label, 'a.ts');
    assert.equal(row?.description, '<10s · also claimed as A.ts by a · src');
    assert.equal(row?.spoken, 'src/a.ts, also claimed as A.ts by a');
    assert.deepEqual(row?.click, { open: 'file:///w/src/a.ts' });
    assert.match(statusBarText(shown.model, english, 'en'), /^\$\(warning\)/);
  });
});

describe('the tooltip of the status bar', () => {
  it('names the function library, and counts what it told, where there is one', () => {
    const shown = new Shown();
    shown.model.apply({ kind: 'server', facts: { server: 'redis 7.0.15', notifications: false } });
    shown.tell({ kind: 'denied' });
    assert.match(statusBarTooltip(shown.model, english), /redis 7\\\.0\\\.15\\, function library 1\\\.0\\\.0/);
    assert.match(statusBarTooltip(shown.model, english), /Claims denied 1\\, without a claim 0\\, recovered 0/);
    shown.model.apply({ kind: 'library', version: null });
    assert.doesNotMatch(statusBarTooltip(shown.model, english), /library|denied/);
  });
});

describe('whatever stands in the history', () => {
  const text = fc.oneof(fc.constantFrom(...hostileTexts, 'a', 'a/b', 'src/', './'), fc.string({ unit: 'binary' }));
  const kinds = ['hello', 'claim', 'claim', 'renew', 'release', 'expire', 'transfer', 'break', 'wait', 'unwait'];
  const more = ['unclaimed', 'denied', 'deadlock', 'message', 'control', 'error'];
  const number = fc.oneof(fc.nat(5), fc.constantFrom(2 ** 53 - 1, 86_400_000, '7'));
  const event = fc.record(
    {
      kind: fc.constantFrom(...kinds, ...more),
      agent: text,
      resource: text,
      resources: fc.array(text, { maxLength: 3 }),
      circle: fc.array(text, { maxLength: 3 }),
      action: fc.constantFrom('pause', 'resume'),
      token: number,
      ttl: fc.nat(90_000_000),
      epoch: number,
      ...Object.fromEntries(
        [
          'parent',
          'host',
          'pid',
          'task',
          'wait',
          'holder',
          'blocking',
          'reason',
          'detail',
          'from',
          'by',
          'to',
          'target',
        ].map((field) => [field, text]),
      ),
    },
    { requiredKeys: ['kind', 'agent', 'resource', 'resources', 'token', 'ttl', 'action'] },
  );
  const item = fc.tuple(fc.constantFrom('claim', 'wait', 'agent', 'pause'), text, event, fc.nat(90_000_000), number);
  const acting = /[\p{C}\p{Zl}\p{Zp}]/u;

  function show(tree: Projection, parent: string | null): void {
    for (const id of tree.children(parent)) {
      const row = tree.row(id);
      assert.ok(row, id);
      assert.doesNotMatch(row.label + row.description + row.spoken, acting);
      assert.doesNotMatch((tree.tooltip(id) ?? '').replaceAll('\n', ''), acting);
      show(tree, id);
    }
  }

  it('is shown as marks on one line, and breaks nothing', () => {
    const parts = fc.record({
      events: fc.array(fc.tuple(event, fc.nat(2 ** 53 - 1), fc.boolean()), { maxLength: 20 }),
      items: fc.array(item, { maxLength: 8 }),
      skewMs: fc.integer({ min: -1e12, max: 1e12 }),
    });
    fc.assert(
      fc.property(parts, ({ events, items, skewMs }) => {
        const shown = new Shown();
        shown.model.onEvent((happened) => assert.doesNotMatch(watchText(happened), acting));
        shown.model.apply({ kind: 'clock', skewMs });
        const seen = items.flatMap(([kind, name, json, left, since]): SnapshotItem[] => {
          const decoded = decodeSnapshotItem(kind, name, JSON.stringify({ ...json, left, since }));
          return decoded.ok ? [decoded.value] : [];
        });
        const of = <K extends SnapshotItem['kind']>(kind: K): Extract<SnapshotItem, { kind: K }>[] =>
          seen.filter((each): each is Extract<SnapshotItem, { kind: K }> => each.kind === kind);
        shown.snapshot({ leases: of('claim'), waits: of('wait'), agents: of('agent'), pauses: of('pause') });
        for (const [json, atUs, recovered] of events) {
          const decoded = decodeChange(JSON.stringify(json));
          if (decoded.ok) shown.tell(decoded.value, { atUs, recovered });
          shown.pass(700);
        }
        for (const tree of [shown.agents, shown.claimRows, shown.attention]) show(tree, null);
        statusBarTooltip(shown.model, english);
        for (const line of statusText(shown.model.status()).split('\n')) assert.doesNotMatch(line, acting);
        assert.ok(JSON.stringify(shown.model.status()));
      }),
      { numRuns: 500 },
    );
  });
});
