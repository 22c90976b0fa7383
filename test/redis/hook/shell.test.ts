import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { answered } from '../../support/hookCalls.ts';
import { HookPrograms, programs } from '../../support/hookPrograms.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

describe('the hook before a shell command', function () {
  // Each of many commands starts a program or two.
  this.timeout(120_000);

  let rig: LibraryRig;
  let hooks: HookPrograms;
  before(async () => {
    rig = await LibraryRig.start();
  });
  beforeEach(() => {
    rig.ns = 'shop-3f2a:';
    hooks = new HookPrograms(rig.ns, rig.server.url);
    mkdirSync(path.join(hooks.repository, 'src'));
    for (const file of ['src/a.ts', 'src/b.ts']) writeFileSync(path.join(hooks.repository, file), 'text\n');
  });
  afterEach(async () => {
    hooks.dispose();
    await rig.client.flushall();
  });
  after(() => rig.dispose());

  const bash = (event: string, command: string, more: Readonly<Record<string, unknown>> = {}): string =>
    hooks.input(event, { tool_name: 'Bash', tool_input: { command }, ...more });

  it('refuses what would write to a file that another holds, and lets all else run', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      await hooks.run(program, hooks.edit('PreToolUse', 'src/a.ts', { session_id: 's2' }));
      for (const command of ["sed -i 's/x/y/' src/a.ts", 'cd src && echo x > a.ts', 'rm -rf src']) {
        const { denied, said } = answered(await hooks.run(program, bash('PreToolUse', command)));
        assert.ok(denied, `${program}: ${command}`);
        assert.match(
          said,
          /^Signalbox: src\/a\.ts is claimed by .*\. The command was not run\. .*`signalbox wait src\/a\.ts`/,
        );
      }
      for (const command of [
        "sed -i 's/x/y/' src/b.ts",
        'cat src/a.ts > /dev/null 2>&1',
        'sed -n 1p src/a.ts',
        "echo 'rm src/a.ts'",
      ]) {
        assert.equal(await hooks.run(program, bash('PreToolUse', command)), '', `${program}: ${command}`);
      }
      const own = bash('PreToolUse', "sed -i 's/x/y/' src/a.ts", { session_id: 's2' });
      assert.equal(await hooks.run(program, own), '', 'its own');
      assert.equal((await rig.told()).filter((line) => line.startsWith('denied s1')).length, 1);
    }
  });
});
