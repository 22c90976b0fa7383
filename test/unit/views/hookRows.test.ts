import assert from 'node:assert/strict';
import { statusText } from '../../../src/agent/statusText.ts';
import { watchText } from '../../../src/agent/watchText.ts';
import { english } from '../../../src/protocol/reasons.ts';
import { AgentRows } from '../../../src/views/agentRows.ts';
import { AttentionRows } from '../../../src/views/attentionRows.ts';
import { ClaimRows } from '../../../src/views/claimRows.ts';
import type { Projection, Row } from '../../../src/views/row.ts';
import { HookNews } from '../model/fleetOfHooks.ts';

class Shown extends HookNews {
  readonly fleet = { picture: this.model, clock: this.clock, l10n: english, files: { find: () => [] } };
  readonly agents = new AgentRows(this.fleet);
  readonly claimRows = new ClaimRows(this.fleet);
  readonly attention = new AttentionRows(this.fleet);
}

const rowsOf = (tree: Projection, parent: string | null = null): Row[] =>
  tree.children(parent).flatMap((id) => tree.row(id) ?? []);
const lines = (tree: Projection, parent: string | null = null): string[] =>
  rowsOf(tree, parent).map((row) => `${row.label} | ${row.description}`);
const plainly = (text: string | null): string => (text ?? '').replaceAll('\\', '');

describe('rows of agents with a hook', () => {
  it('say what they do or wait for, and for how long', () => {
    const shown = new Shown();
    const phases = [
      ['a', 'working', null],
      ['b', 'working', 'Bash'],
      ['c', 'you', 'mcp__browser__press_the_red_button_twice'],
      ['d', 'you', null],
      ['e', 'job', null],
      ['f', 'limited', null],
      ['g', 'idle', null],
      ['h', 'working', 'AskUserQuestion'],
      ['i', 'working', 'ExitPlanMode'],
    ] as const;
    for (const [agent, phase, tool] of phases) {
      shown.hello(agent);
      shown.phase(agent, phase, tool);
    }
    assert.deepEqual(lines(shown.agents).slice(0, 2), ['a | working', 'b | running Bash']);
    shown.pass(185_000);
    assert.deepEqual(lines(shown.agents), [
      'a | stalled 3m',
      'b | running Bash 3m',
      'c | waiting for your permission 3m · mcp__browser__press_the_red_b…',
      'd | waiting for you 3m',
      'e | waiting on a job 3m',
      'f | rate-limited 3m',
      'g | idle 3m',
      'h | has a question for you 3m',
      'i | wants its plan approved 3m',
    ]);
    assert.deepEqual(
      rowsOf(shown.agents).map(({ icon, contextValue }) => [contextValue, icon === 'file' ? icon : icon.codicon]),
      [
        ['agent.stalled', 'warning'],
        ['agent.job', 'watch'],
        ['agent.you', 'bell-dot'],
        ['agent.you', 'bell-dot'],
        ['agent.job', 'watch'],
        ['agent.limited', 'dashboard'],
        ['agent.idle', 'circle-outline'],
        ['agent.you', 'bell-dot'],
        ['agent.you', 'bell-dot'],
      ],
    );
  });

  it('claim nothing of the moment while there is no connection', () => {
    const shown = new Shown();
    shown.hello('s');
    shown.phase('s', 'you', 'Bash');
    shown.model.apply({ kind: 'connection', state: 'reconnecting', reason: null });
    shown.clock.advance(120_000);
    assert.deepEqual(lines(shown.agents), ['s | seen 2m ago']);
  });

  it('go by names; ids stand in the hover, beside branch, process and hook', () => {
    const shown = new Shown();
    const [first, second] = [HookNews.session('aaaa'), HookNews.session('bbbb')];
    shown.hello(first, { name: 'login', host: 'mini-1', pid: 77, role: 'reviewer' });
    shown.hello(`${first}/x1`, { name: 'Explore 1', role: 'Explore' });
    shown.hello(second, { name: 'login' });
    shown.tell({ kind: 'claim', agent: `${first}/x1`, resource: 'src/x.ts', token: 5, ttlMs: 90_000 });
    shown.tell({ kind: 'wait', agent: second, waitId: 'w', resources: ['src/x.ts'], holder: `${first}/x1` });
    shown.tell({ kind: 'deadlock', agent: second, resource: 'src/x.ts', circle: [second, first] });
    const roots = shown.agents.children(null);
    const shownFirst = roots.flatMap((id) => (id.startsWith('host:') ? shown.agents.children(id) : [id]));
    assert.deepEqual(
      shownFirst.map((id) => shown.agents.row(id)?.label),
      ['login [aaaa]', 'login [bbbb]'],
    );
    assert.deepEqual(lines(shown.agents, shownFirst[0]!), ['Explore 1 | working · 1 file']);
    assert.deepEqual(lines(shown.claimRows), [
      'x.ts | Explore 1 · 1m left · login [bbbb] waits · not in this workspace · src',
    ]);
    assert.deepEqual(lines(shown.attention), ['login [bbbb] | <10s · deadlock with login [aaaa]']);
    const hover = plainly(shown.agents.tooltip(shownFirst[0]!));
    assert.match(
      hover,
      new RegExp(`^\\*\\*login \\[aaaa\\]\\*\\*.*\n.*\nAgent: ${first} *\nRole: reviewer *\nBranch: main *\n`),
    );
    assert.match(hover, /Host: mini-1, process 77 *\nHook|Hook: sh 1\.2\.0 *\nHost: mini-1, process 77/);
    assert.doesNotMatch(hover, /version/);
    assert.match(plainly(shown.claimRows.tooltip(shown.claimRows.children(null)[0]!)), /Claimed by: Explore 1/);
    for (const tree of [shown.agents, shown.claimRows, shown.attention]) {
      assert.doesNotMatch(JSON.stringify(rowsOf(tree)), /-1111-4222-/);
    }
  });
});

describe('rows of what needs attention because of a hook', () => {
  it('say what is waited for, how many edits went unguarded, and that the guard is not there', () => {
    const shown = new Shown();
    shown.hello('s', { name: 'login' });
    shown.hello('o', { by: 'sh 0.0.9', name: 'old' });
    shown.tell({ kind: 'hello', agent: HookNews.session('c') });
    for (const resource of ['a', 'src/b.ts'])
      shown.tell({ kind: 'unclaimed', agent: 's', resource, detail: 'redis-down' });
    shown.tell({ kind: 'unclaimed', agent: 's', resource: 'src/b.ts', detail: 'edited' });
    shown.phase('s', 'you', 'Bash');
    assert.deepEqual(lines(shown.attention), [
      'login | <10s · waiting for your permission · Bash',
      'login | <10s · 2 edits while Redis was away, last b.ts',
      'login | <10s · edited b.ts without a claim',
      'Guard | hook sh 0.0.9 is out of date',
      'Guard | not called by 1 session',
    ]);
    assert.deepEqual(
      rowsOf(shown.attention)
        .map(({ contextValue }) => contextValue)
        .slice(-2),
      ['attention.health.guard', 'attention.health.guard'],
    );
    const hovers = shown.attention.children(null).map((id) => plainly(shown.attention.tooltip(id)));
    assert.match(
      hovers[0] ?? '',
      /login waits for your permission to use Bash\.\*\* *\nIt goes on .*\nShow Terminal .*\nFor 0s, since /,
    );
    assert.match(hovers[4] ?? '', /Set Up Claude Code/);
  });
});

describe('in a terminal', () => {
  it('agents go by their names, with the id beside it where they are listed', () => {
    const shown = new Shown();
    shown.hello('s', { name: 'login' });
    shown.hello('s/1', { name: 'Explore 1' });
    shown.phase('s', 'you', 'Bash');
    shown.tell({ kind: 'claim', agent: 's', resource: 'x', token: 5 });
    shown.tell({ kind: 'wait', agent: 's/1', waitId: 'w', resources: ['x'], holder: 's', blocking: 'x' });
    const nameOf = (ns: string, id: string): string => shown.model.nameOf(ns, id);
    const text = statusText(shown.model.status(), [], nameOf);
    assert.match(text, /waiting-on-you {2}login waits for your permission to use Bash/);
    assert.match(text, /login \(s\) +you/);
    assert.match(text, /Explore 1 \(s\/1\) +working .*under login/);
    assert.match(text, /\n {2}x +login +/);
    const watched = shown.events.map((event) =>
      watchText(event, nameOf)
        .replace(/^\S+ +/, '')
        .replaceAll(/ {2,}/g, ' | '),
    );
    assert.deepEqual(watched, [
      'event | login | hello | on there',
      'event | Explore 1 | hello | under login | on there',
      'event | login | waits for leave to use Bash',
      'claim | login | x | 1m 00s left',
      'wait | Explore 1 | x | held by login | place 1 in line',
    ]);
  });
});
