import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Fleet, FleetSession } from '../support/claude/fleet.ts';
import type { Entry } from '../support/claude/history.ts';
import { edit, type Fault, fault, read, type Script, write } from '../support/claude/script.ts';
import { isEntry, limitMs, startFleet } from './world.ts';

const faults: readonly Fault[] = ['rate-limited', 'overloaded', 'hang', 'broken'];

describe('sessions of the real client that are stopped in their work', function () {
  this.timeout(limitMs);
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await startFleet(Object.fromEntries(faults.map((each) => [`${each}.md`, 'begin\n'])));
    await fleet.setUp();
  });
  afterEach(() => fleet.stop());

  const editing = (name: string): ReturnType<typeof edit> =>
    edit(fleet.file(`${name}.md`), 'begin', `begin\nby ${name}`);
  /** Edits a file, and from then on its model fails in this way. */
  const failing = (name: Fault): Script =>
    async function* () {
      yield [read(fleet.file(`${name}.md`))];
      yield [editing(name)];
      for (;;) yield fault(name);
    };

  it('are shown as limited when the model fails, and leave no leases behind', async () => {
    const env = { CLAUDE_CODE_MAX_RETRIES: '1', API_TIMEOUT_MS: '3000' };
    const sessions = new Map<Fault, FleetSession>(faults.map((name) => [name, fleet.session({ env })]));
    for (const name of faults) fleet.model.add(name, failing(name));
    await Promise.all([...sessions].map(([name, session]) => session.prompt(name)));
    // An answer that nobody can read is no limit: that session has only stopped.
    const phaseOf = (name: Fault): string => (name === 'broken' ? 'idle' : 'limited');
    for (const [name, { agent }] of sessions) {
      const isIt = ({ data }: Entry): boolean => data['phase'] === phaseOf(name) && data['request'] !== undefined;
      await fleet.history.until(`end of ${name}`, (each) => isEntry('phase', agent)(each) && isIt(each));
    }
    const shown = Object.fromEntries([...sessions].map(([name, { agent }]) => [agent, phaseOf(name)]));
    assert.deepEqual(await fleet.livenesses(), shown);
    const held = Object.fromEntries([...sessions].map(([name, { agent }]) => [`${name}.md`, agent]));
    assert.deepEqual(await fleet.leases(), held, 'what they edited is theirs for as long as they may go on');
    await Promise.all([...sessions.values()].map((session) => session.close()));
    assert.deepEqual(await fleet.leases(), {});
  });

  it('hold a file no longer than its lease when they are killed', async () => {
    const session = fleet.session();
    fleet.model.add('hang', failing('hang'));
    const prompted = session.prompt('hang');
    await fleet.history.until('edit', isEntry('renew', session.agent, 'hang.md'));
    session.kill('SIGKILL');
    await prompted;
    assert.deepEqual(await fleet.livenesses(), { [session.agent]: 'dead' });
    assert.deepEqual(await fleet.leases(), { 'hang.md': session.agent });
    const left = Number(await fleet.call('PTTL', `${fleet.ns}lock:hang.md`));
    assert.ok(left > 0 && left <= 120_000, String(left));
  });

  it('wait for a person who is asked, and keep nothing of what that one rejects', async () => {
    let meanwhile: unknown[] = [];
    const mayCall = async (): Promise<boolean> => {
      await fleet.history.until('question', ({ kind, data }) => kind === 'phase' && data['phase'] === 'you');
      meanwhile = [await fleet.livenesses(), await fleet.leases()];
      return false;
    };
    const session = fleet.session({ mayCall, args: ['--permission-mode', 'default'] });
    fleet.model.add('asker', async function* () {
      const { results } = yield [write(fleet.file('new.md'), 'text')];
      assert.equal(results[0]?.isError, true);
      return 'done';
    });
    await session.prompt('asker');
    assert.deepEqual(meanwhile, [{ [session.agent]: 'you' }, { 'new.md': session.agent }]);
    assert.throws(() => readFileSync(fleet.file('new.md')));
    assert.deepEqual(await fleet.leases(), {});
    assert.deepEqual(await fleet.livenesses(), { [session.agent]: 'idle' });
    await session.close();
  });
});
