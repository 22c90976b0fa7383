import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { usualBashResources } from '../../../src/protocol/bashResources.ts';
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

  it('claims what a rule names while a command runs that matches it', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      const commit = (event: string, session_id: string): Promise<string> =>
        hooks.run(program, bash(event, 'git add -A && git commit -qm x', { session_id }));
      assert.equal(await commit('PreToolUse', 's1'), '');
      assert.equal((await rig.lease('git:index'))?.holder, 's1');
      const other = commit('PreToolUse', 's2');
      await rig.until('it waits', async () => (await rig.client.zcard(rig.side('queue'))) === 1);
      await commit('PostToolUse', 's1');
      assert.equal(await other, '');
      assert.equal((await rig.lease('git:index'))?.holder, 's2');
      await commit('PostToolUseFailure', 's2');
      assert.equal(await rig.lease('git:index'), null);
      for (const command of ['git status && git log', 'git stash list', 'npm test', 'echo git commit']) {
        await hooks.run(program, bash('PreToolUse', command));
        assert.deepEqual(await rig.client.keys('*lock:*'), [], `${program}: ${command}`);
      }
      await hooks.run(program, bash('PreToolUse', 'cd src && npm install left-pad'));
      assert.equal((await rig.lease('deps'))?.holder, 's1');
      await hooks.run(program, hooks.edit('PreToolUse', 'src/b.ts'));
      assert.equal(await rig.lease('deps'), null, 'whoever edits runs no command');
    }
  });

  it('obeys the repository’s own rules, and the usual ones where these are none', async () => {
    const table = { 'port:3000': ['npm run dev'], deps: [], 'git:index': ['make "it"'] };
    for (const program of programs) {
      hooks.git('config', 'signalbox.bashResources', JSON.stringify(table));
      const locks = async (command: string): Promise<string[]> => {
        await rig.client.flushall();
        await hooks.run(program, bash('PreToolUse', command));
        return (await rig.client.keys('*lock:*')).map((key) => key.slice(rig.lock('').length));
      };
      assert.deepEqual(await locks('PORT=1 npm run dev -- --open'), ['port:3000']);
      assert.deepEqual(await locks('npm install'), []);
      assert.deepEqual(await locks('git commit'), []);
      hooks.git('config', 'signalbox.bashResources', '{"deps":"npm"}');
      assert.deepEqual(await locks('npm install'), ['deps']);
      hooks.git('config', '--unset', 'signalbox.bashResources');
    }
  });

  it('knows that each working tree has an index of its own', async () => {
    const tree = path.join(hooks.folder, 'fix');
    hooks.git('worktree', 'add', '-q', '-b', 'fix', tree);
    await hooks.run('sh', bash('PreToolUse', 'git commit -qm x'));
    assert.equal(await hooks.run('sh', bash('PreToolUse', 'git commit -qm x', { session_id: 's2', cwd: tree })), '');
    assert.equal((await rig.lease('git:index:fix'))?.holder, 's2');
  });

  it('finds afterwards what a command has changed that another holds, and tells both', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      const run = async (change: () => void): Promise<void> => {
        await hooks.run(program, bash('PreToolUse', './write.sh'));
        change();
        assert.equal(await hooks.run(program, bash('PostToolUse', './write.sh')), '', program);
      };
      /** As if it had been written just now, whatever the clock of the file system. */
      const touch = (file: string): void => {
        const at = statSync(stamp).mtimeMs / 1_000 + 1;
        utimesSync(path.join(hooks.repository, file), at, at);
      };
      const stamp = path.join(hooks.home, '.config', 'signalbox', 'began', 's1~');
      const told = async (): Promise<string[]> =>
        (await rig.history())
          .filter(({ kind }) => kind === 'unclaimed')
          .map(({ data }) => JSON.parse(data) as Record<string, string>)
          .map(({ agent, resource, detail, holder }) => [agent, resource, detail, holder].join(' '));
      for (const file of ['src/a.ts', 'src/b.ts', 'src/gone.ts', 'src/never.ts']) {
        if (file !== 'src/never.ts') writeFileSync(path.join(hooks.repository, file), 'text\n');
        await hooks.run(program, hooks.edit('PreToolUse', file, { session_id: 's2' }));
        if (file !== 'src/never.ts') await hooks.run(program, hooks.edit('PostToolUse', file, { session_id: 's2' }));
      }
      await run(() => undefined);
      assert.deepEqual(await told(), [], `${program}: nothing has changed`);
      await run(() => {
        touch('src/a.ts');
        rmSync(path.join(hooks.repository, 'src/gone.ts'));
      });
      assert.deepEqual((await told()).toSorted(), [
        's1 src/a.ts bash-suspected s2',
        's1 src/gone.ts bash-suspected s2',
      ]);
      const news = async (session_id: string): Promise<string> =>
        answered(await hooks.run(program, hooks.input('UserPromptSubmit', { session_id, prompt: 'x' }))).said;
      assert.match(
        await news('s1'),
        /While your last shell command ran, "src\/(a|gone)\.ts" and "src\/(a|gone)\.ts" changed, which main 1 held/,
      );
      assert.match(await news('s2'), /changed during a shell command of main 2, while you hold it\. Read it again/);
      assert.equal(await news('s2'), '', 'it is told once');
      await hooks.run(program, hooks.input('SessionEnd', { reason: 'other' }));
      assert.ok(!existsSync(stamp), program);
    }
  });

  it('looks through folders that another holds, and is sure where nobody shares the working tree', async () => {
    const tree = path.join(hooks.folder, 'fix');
    hooks.git('worktree', 'add', '-q', '-b', 'fix', tree);
    for (const program of programs) {
      await rig.client.flushall();
      await hooks.run(program, hooks.input('UserPromptSubmit', { session_id: 's2', cwd: tree, prompt: 'x' }));
      await rig.hold('s2', ['src/']);
      await hooks.run(program, bash('PreToolUse', './write.sh'));
      const at = Date.now() / 1_000 + 10;
      utimesSync(path.join(hooks.repository, 'src', 'b.ts'), at, at);
      assert.equal(await hooks.run(program, bash('PostToolUse', './write.sh')), '', program);
      const entries = (await rig.history()).filter(({ kind }) => kind === 'unclaimed');
      assert.deepEqual(
        entries
          .map(({ data }) => JSON.parse(data) as Record<string, string>)
          .map((data) => [data['resource'], data['detail']]),
        [['src/b.ts', 'bash']],
        program,
      );
      utimesSync(path.join(hooks.repository, 'src', 'b.ts'), 1, 1);
    }
  });

  it('lets nothing of a command leave the machine but what it writes to and what its rules name', async () => {
    const client = await rig.open();
    const monitor = await client.monitor();
    const said: string[] = [];
    monitor.on('monitor', (_: string, args: string[]) => said.push(args.join(' ')));
    const commands = [
      'echo marker',
      'git commit -m "marker" && MARKER=marker npm install marker',
      "sed -i -e 's/marker/marker/' src/a.ts src/marker-*.ts",
      'cat <<EOF > src/b.ts\nmarker\nEOF',
      'perl -pi -e "s/marker/x/" src/a.ts; grep marker > /tmp/marker; curl -H marker http://marker/ -o marker',
      `echo ${'marker '.repeat(2_000)} > src/b.ts`,
    ];
    for (const program of programs) {
      for (const command of commands) {
        for (const event of ['PreToolUse', 'PostToolUse']) {
          await hooks.run(program, bash(event, command, { tool_response: { stdout: 'marker' } }));
        }
      }
    }
    await rig.client.echo('the end');
    await rig.until('the monitor is there', () => Promise.resolve(said.some((line) => line.endsWith('the end'))));
    monitor.disconnect();
    assert.match(said.join('\n'), /W\\tsrc\/a\.ts/);
    assert.match(said.join('\n'), /R\\tgit:index/);
    assert.doesNotMatch(said.join('\n'), /marker/i);
    for (const key of await rig.client.keys('*')) {
      assert.doesNotMatch(String(await rig.client.dumpBuffer(key)), /marker/i, key);
    }
  });

  it('leaves all to Node that a usual rule or a program that writes is about, and nothing else that is often run', () => {
    const script = readFileSync('src/agent/hook/hook.sh', 'utf8');
    const [filter = ''] = /^writers=[^]*?^}$/m.exec(script) ?? [];
    const passed = (commands: readonly string[]): string[] => {
      const each = 'while IFS= read -r line; do may_write "$line" || printf "%s\\n" "$line"; done';
      // As they stand in JSON.
      const input = commands.map((command) => `${JSON.stringify(command).slice(1, -1)}\n`).join('');
      return execFileSync('bash', ['-c', `${filter}\n${each}`], { input, encoding: 'utf8' })
        .split('\n')
        .slice(0, -1);
    };
    const rules = [...usualBashResources.values()].flat().filter((each) => !each.startsWith('!'));
    const about = rules.map((rule) => rule.replace(' $', ''));
    const writing = [
      ...[
        "sed -i 's/x/y/' f",
        'sed -Ei.bak s/x/y/ f',
        'perl -pi -e s/x/y/ f',
        'npx prettier --write f',
        'gofmt -w f',
        'ruff format f',
      ],
      ...[
        'cat x >f',
        'cat x >> f 2>/dev/null',
        'a && tee f',
        '(rm f)',
        '\\rm f',
        '\\tee f',
        'a;mv f g',
        'dd of=f',
        'eval "$X"',
        'echo "$(rm f)"',
        'x 2>&1 >f',
      ],
    ];
    for (const wrap of [
      (each: string) => each,
      (each: string) => `cd x\n${each}`,
      (each: string) => `bash -c "${each}"`,
      (each: string) => `a && ${each}; b`,
    ]) {
      assert.deepEqual(passed([...about, ...writing].map(wrap)), []);
    }
    const plain = [
      ...[
        'ls -la',
        'git status --short',
        'git diff HEAD~1 -- src',
        'git log --oneline -5',
        'sed -n 1,20p f',
        "grep -rn 'x' src | head",
        'npm test',
      ],
      ...[
        'make -j4 2>&1 | tail',
        'x >/dev/null 2>&1',
        'x &>/dev/null',
        'x 2> /dev/null',
        'node --check f.js',
        'cat f',
        'yarn test',
        'cargo test',
        'go build ./...',
      ],
    ];
    assert.deepEqual(passed(plain), plain);
  });
});
