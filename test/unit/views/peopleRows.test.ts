import assert from 'node:assert/strict';
import { english } from '../../../src/protocol/reasons.ts';
import { AgentRows } from '../../../src/views/agentRows.ts';
import { fleetPausedText } from '../../../src/views/fleetWords.ts';
import type { Projection, Row } from '../../../src/views/row.ts';
import { statusBarText, statusBarTooltip } from '../../../src/views/statusBarText.ts';
import { HookNews } from '../model/fleetOfHooks.ts';

const ada = 'ada@h';

class Shown extends HookNews {
  readonly agents = new AgentRows({
    picture: this.model,
    clock: this.clock,
    l10n: english,
    files: { find: () => [] },
    me: ada,
  });

  rows(parent: string | null = null): Row[] {
    return this.agents.children(parent).flatMap((id) => this.agents.row(id) ?? []);
  }

  override lines(): string[] {
    return this.under(null);
  }

  under(parent: string | null): string[] {
    return this.rows(parent).map((row) => `${row.label} | ${row.description}`);
  }
}

const tooltip = (tree: Projection, id: string | undefined): string =>
  (tree.tooltip(id ?? '') ?? '').replaceAll('\\', '');

describe('rows of people', () => {
  it('say who is oneself, and are none that a menu of agents is for', () => {
    const shown = new Shown();
    for (const agent of [ada, 'bob@h']) shown.tell({ kind: 'hello', agent, role: 'person', name: agent });
    shown.tell({ kind: 'claim', agent: ada, resource: 'x.ts', token: 5, ttlMs: 3_600_000 });
    shown.pass(61_000);
    assert.deepEqual(shown.lines(), ['you | seen 1m ago · 1 file', 'bob@h | seen 1m ago']);
    assert.deepEqual(
      shown.rows().map(({ icon, contextValue }) => [icon, contextValue]),
      Array.from({ length: 2 }, () => [{ codicon: 'account', color: null }, 'person']),
    );
  });
});

describe('rows of teams', () => {
  it('stand below their host, with the teammates below them and subagents below these', () => {
    const shown = new Shown();
    shown.hello('s', { host: 'mini-1', team: 'crew' });
    shown.hello('s/1', { host: 'mini-1' });
    shown.hello('t', { host: 'mini-1' });
    shown.hello('u', { host: 'mini-2', team: 'crew' });
    assert.deepEqual(shown.lines(), ['mini-1 | 2 agents', 'mini-2 | 1 agent']);
    assert.deepEqual(shown.under('host:mini-1'), ['crew | 1 agent', 't | working']);
    const [team = ''] = shown.agents.children('host:mini-1');
    assert.deepEqual(shown.under(team), ['s | working']);
    assert.deepEqual(shown.under(shown.agents.children(team)[0] ?? ''), ['s/1 | working']);
    assert.equal(shown.rows('host:mini-1')[0]?.contextValue, 'team');
    assert.match(tooltip(shown.agents, shown.agents.children(team)[0]), /Team: crew/);
  });
});

describe('rows of agents with a message', () => {
  it('say that it waits; the hover has its text, from whom, and when it was given over', () => {
    const shown = new Shown();
    shown.hello('s');
    shown.tell({ kind: 'message', agent: ada, to: 's', id: 'm', text: 'look at the *build*' });
    assert.deepEqual(shown.lines(), ['s | working · message waiting']);
    const [row] = shown.agents.children(null);
    assert.match(
      tooltip(shown.agents, row),
      /Message of ada@h: look at the \*build\* · waiting for its next step since .*/,
    );
    shown.tell({ kind: 'delivered', agent: 's', ids: ['m'] });
    assert.deepEqual(shown.lines(), ['s | working']);
    assert.match(tooltip(shown.agents, row), /Message of ada@h: .* · given over at /);
  });

  it('to all is counted in the status bar’s hover', () => {
    const shown = new Shown();
    for (const agent of ['s', 't']) shown.hello(agent);
    shown.tell({ kind: 'message', agent: ada, to: '*', id: 'm', text: 'freeze' });
    shown.tell({ kind: 'delivered', agent: 't', ids: ['m'] });
    const told = statusBarTooltip(shown.model, english).replaceAll('\\', '');
    assert.match(told, /Message of ada@h to all: 1 of 2 have it · freeze/);
  });
});

describe('a fleet that is paused', () => {
  it('is so in every row, above the agents and in the status bar', () => {
    const shown = new Shown();
    for (const agent of ['s', 't']) shown.hello(agent);
    shown.phase('t', 'you', 'Bash');
    assert.deepEqual(
      [fleetPausedText(shown.model, english), statusBarText(shown.model, english, 'en')],
      ['', '$(broadcast) 2 agents, 1 needs you'],
    );
    shown.tell({ kind: 'control', agent: ada, target: '*', action: 'pause', reason: 'red build' });
    assert.equal(fleetPausedText(shown.model, english), 'All agents are paused by ada@h: red build');
    assert.equal(statusBarText(shown.model, english, 'en'), '$(debug-pause) 2 agents, paused, 1 needs you');
    shown.pass(185_000);
    assert.deepEqual(shown.lines(), [
      's | paused by ada@h',
      't | paused by ada@h · waiting for your permission 3m · Bash',
    ]);
    assert.deepEqual(
      shown.rows().map(({ icon, contextValue }) => [icon === 'file' ? icon : icon.codicon, contextValue]),
      [
        ['debug-pause', 'agent.stalled.paused'],
        ['bell-dot', 'agent.you.paused'],
      ],
    );
    shown.tell({ kind: 'control', agent: ada, target: '*', action: 'resume' });
    assert.equal(fleetPausedText(shown.model, english), '');
  });
});
