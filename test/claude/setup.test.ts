import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Fleet } from '../support/claude/fleet.ts';
import { edit, read } from '../support/claude/script.ts';
import { isEntry, limitMs, startFleet } from './world.ts';

/** Laid out as nobody's formatter would. */
const settings = `{ "permissions":   { "allow": [ "Bash(ls:*)" ] },
      "hooks": { "Stop": [ { "hooks": [ { "type":"command", "command":"true" } ] } ] } }
`;

describe('set-up for the real client', function () {
  this.timeout(limitMs);
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await startFleet({ 'a.md': 'begin\n' });
    mkdirSync(path.join(fleet.folder, '.claude'));
    for (const file of files()) writeFileSync(file, settings);
  });
  afterEach(() => fleet.stop());

  const files = (): string[] =>
    ['settings.json', 'settings.local.json'].map((name) => path.join(fleet.folder, '.claude', name));
  const texts = (): string[] => files().map((file) => readFileSync(file, 'utf8'));

  it('has sessions guarded from then on, and leaves the settings as they were when it is taken out', async () => {
    await fleet.setUp();
    assert.notDeepEqual(texts(), [settings, settings]);
    const guarded = await fleet.run('first', async function* () {
      yield [read(fleet.file('a.md'))];
      return 'done';
    });
    await fleet.history.until('first session', isEntry('hello', guarded.agent));
    const set = texts();
    await fleet.signalbox('setup', 'claude', '--yes');
    assert.deepEqual(texts(), set, 'a second time changes nothing');
    await fleet.signalbox('setup', 'claude', '--remove', '--yes');
    assert.deepEqual(texts(), [settings, settings]);
    const before = (await fleet.history.read()).length;
    await fleet.run('second', async function* () {
      yield [read(fleet.file('a.md'))];
      yield [edit(fleet.file('a.md'), 'begin', 'began')];
      return 'done';
    });
    assert.equal((await fleet.history.read()).length, before);
  });

  it('guards a session that was running already from its next event on', async () => {
    const session = fleet.session();
    const isGuarded = (): Promise<boolean> =>
      fleet.history.until('session', isEntry('hello', session.agent), 1_000).then(
        () => true,
        () => false,
      );
    fleet.model.add('running', async function* () {
      yield [read(fleet.file('a.md'))];
      await fleet.setUp();
      // The client sees changed settings after a while.
      for (let i = 0; i < 30 && !(await isGuarded()); i++) yield [read(fleet.file('a.md'))];
      yield [edit(fleet.file('a.md'), 'begin', 'began')];
      return 'done';
    });
    await session.prompt('running');
    await fleet.history.until('claim', isEntry('claim', session.agent, 'a.md'));
    await session.close();
    assert.deepEqual(await fleet.leases(), {});
  });
});
