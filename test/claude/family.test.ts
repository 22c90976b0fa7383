import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Fleet } from '../support/claude/fleet.ts';
import { overlapsOf } from '../support/claude/holds.ts';
import { edit, read, subagent } from '../support/claude/script.ts';
import { limitMs, Moment, startFleet } from './world.ts';

describe('a session of the real client and its subagents', function () {
  this.timeout(limitMs);
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await startFleet({ 'a.md': 'begin\n' });
    await fleet.setUp();
    await fleet.configure('claims.yieldAfter', 60_000);
  });
  afterEach(() => fleet.stop());

  const lines = (): string => readFileSync(fleet.file('a.md'), 'utf8');
  const inserted = (line: string): ReturnType<typeof edit> => edit(fleet.file('a.md'), 'begin', `begin\n${line}`);

  it('lets a subagent wait until its sibling is done', async () => {
    const held = new Moment();
    const session = fleet.session();
    fleet.model.add('elder', async function* () {
      yield [read(fleet.file('a.md'))];
      yield [inserted('of the elder')];
      held.now();
      await fleet.history.until('wait of the younger', ({ kind }) => kind === 'wait');
      return 'done';
    });
    fleet.model.add('younger', async function* () {
      await held.come;
      yield [read(fleet.file('a.md'))];
      const { results } = yield [inserted('of the younger')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      return 'done';
    });
    fleet.model.add('parent', async function* () {
      yield [subagent('elder'), subagent('younger')];
      return 'done';
    });
    await session.prompt('parent');
    await session.close();
    assert.equal(lines(), 'begin\nof the younger\nof the elder\n');
    const entries = await fleet.history.read();
    const claimants = new Set(entries.filter(({ kind }) => kind === 'claim').map(({ agent }) => agent));
    assert.equal(claimants.size, 2);
    for (const agent of claimants) assert.ok(agent.startsWith(`${session.agent}/`), agent);
    assert.deepEqual(overlapsOf(entries), { holds: 2, overlaps: 0 });
    assert.deepEqual(await fleet.leases(), {});
  });

  it("has a child take over its parent's file and give it back", async () => {
    const session = fleet.session();
    fleet.model.add('child', async function* () {
      yield [read(fleet.file('a.md'))];
      const { results } = yield [inserted('of the child')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      return 'done';
    });
    fleet.model.add('parent', async function* () {
      yield [read(fleet.file('a.md'))];
      yield [inserted('of the parent')];
      yield [subagent('child')];
      assert.deepEqual(await fleet.leases(), { 'a.md': session.agent });
      yield [read(fleet.file('a.md'))];
      const { results } = yield [inserted('of the parent again')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      return 'done';
    });
    await session.prompt('parent');
    assert.equal(lines(), 'begin\nof the parent again\nof the child\nof the parent\n');
    const entries = await fleet.history.read();
    const [taken, returned, ...others] = entries.filter(({ kind }) => kind === 'transfer');
    assert.ok(taken?.agent.startsWith(`${session.agent}/`));
    assert.equal(taken?.data['reason'], 'kin');
    assert.equal(returned?.agent, session.agent);
    assert.equal(returned.data['reason'], 'returned');
    assert.deepEqual(others, []);
    assert.deepEqual(await fleet.leases(), {}, 'a session that has stopped holds nothing');
    await session.close();
  });
});
