import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Agent } from '../../../src/model/picture.ts';
import { arrange, type Arrangement } from '../../../src/views/arrangement.ts';

const agent = (
  id: string,
  parent: string | null = null,
  host: string | null = null,
  ns = '',
  team: string | null = null,
): Agent => ({ key: `${ns}|${id}`, ns, id, parent, host, team }) as Agent;

function walk({ roots, teams, children }: Arrangement): string[] {
  const met: string[] = [];
  const visit = (each: Agent): void => {
    met.push(each.key);
    for (const child of children.get(each.key) ?? []) visit(child);
  };
  for (const list of roots.values()) for (const each of list) visit(each);
  for (const here of teams.values()) for (const team of here.values()) for (const each of team.agents) visit(each);
  return met;
}

describe('the forest of agents', () => {
  it('has hosts only where there is more than one', () => {
    assert.deepEqual(arrange([agent('a', null, 'mini-1'), agent('b')]).hosts, []);
    const two = arrange([agent('a', null, 'mini-2'), agent('b', null, 'mini-1'), agent('c')]);
    assert.deepEqual(two.hosts, ['mini-1', 'mini-2']);
    assert.deepEqual(
      two.roots.get(null)?.map((each) => each.id),
      ['c'],
    );
  });

  it('puts children under their parents, wherever these run', () => {
    const forest = arrange([agent('a', null, 'h1'), agent('b', 'a', 'h3'), agent('c', 'gone', 'h2')]);
    assert.deepEqual(
      forest.children.get('|a')?.map((each) => each.id),
      ['b'],
    );
    assert.deepEqual(
      forest.roots.get('h2')?.map((each) => each.id),
      ['c'],
    );
  });

  it('tells kin by their names where they name no parent that is known', () => {
    const forest = arrange([agent('a'), agent('a/b/c'), agent('a/b/c/d', 'gone'), agent('x/y'), agent('a/e', 'x/y')]);
    const below = Object.fromEntries([...forest.children].map(([key, list]) => [key, list.map((each) => each.id)]));
    assert.deepEqual(below, { '|a': ['a/b/c'], '|a/b/c': ['a/b/c/d'], '|x/y': ['a/e'] });
  });

  it('knows parents only in the same namespace', () => {
    const forest = arrange([agent('a', null, null, 'x:'), agent('b', 'a', null, 'y:')]);
    assert.equal(forest.children.size, 0);
  });

  it('puts teammates under their team on each host, and children under their parents whatever their team', () => {
    const { teams, roots, children } = arrange([
      agent('a', null, 'h1', '', 'blue'),
      agent('a/x', null, 'h1', '', 'red'),
      agent('b', null, 'h2', '', 'blue'),
      agent('c', null, 'h2', 'x:', 'blue'),
      agent('d', null, 'h2'),
    ]);
    const shown = [...teams].map(([host, here]) => [
      host,
      [...here.values()].map(({ name, ns, agents }) => [name, ns, agents.map(({ id }) => id)]),
    ]);
    assert.deepEqual(shown, [
      ['h1', [['blue', '', ['a']]]],
      [
        'h2',
        [
          ['blue', '', ['b']],
          ['blue', 'x:', ['c']],
        ],
      ],
    ]);
    assert.deepEqual(
      roots.get('h2')?.map(({ id }) => id),
      ['d'],
    );
    assert.deepEqual(
      children.get('|a')?.map(({ id }) => id),
      ['a/x'],
    );
  });

  it('shows each agent exactly once, whatever they say of each other', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'a/b', 'a/b/c', '/', 'b/');
    const one = fc.tuple(
      id,
      fc.option(id),
      fc.option(fc.constantFrom('h1', 'h2')),
      fc.option(fc.constantFrom('blue', 'h1')),
    );
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: ([name]) => name }), (all) => {
        const agents = all.map(([name, parent, host, team]) => agent(name, parent, host, '', team));
        assert.deepEqual(walk(arrange(agents)).toSorted(), agents.map((each) => each.key).toSorted());
      }),
      { numRuns: 500 },
    );
  });
});
