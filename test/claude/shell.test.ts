import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Fleet } from '../support/claude/fleet.ts';
import { bash, edit, read, type Script } from '../support/claude/script.ts';
import { isEntry, limitMs, Moment, startFleet } from './world.ts';

describe('shell commands of the real client that go around the hook', function () {
  this.timeout(limitMs);
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await startFleet({ 'a.md': 'begin\n', 'b.md': 'begin\n', 'write.sh': 'echo more >> a.md\n' });
    await fleet.setUp();
    await fleet.configure('claims.yieldAfter', 60_000);
  });
  afterEach(() => fleet.stop());

  const mayCall = (): Promise<boolean> => Promise.resolve(true);
  /** Edits a file, goes on holding it until it is time, and says then what it was told. */
  const holding = (file: string, has: Moment, until: () => Promise<unknown>, told: (news: string) => void): Script =>
    async function* () {
      yield [read(fleet.file(file))];
      yield [edit(fleet.file(file), 'begin', 'begin\nof the first')];
      has.now();
      await until();
      const { news } = yield [read(fleet.file('b.md'))];
      told(news);
      return 'done';
    };

  it('are refused where they name a file that another holds, and the model is told why', async () => {
    const [held, refused] = [new Moment(), new Moment()];
    const [first, second] = [fleet.session(), fleet.session({ mayCall })];
    const said: string[] = [];
    const script = holding(
      'a.md',
      held,
      () => refused.come,
      () => undefined,
    );
    fleet.model.add('first', script);
    fleet.model.add('second', async function* () {
      await held.come;
      for (const command of ["sed -i 's/begin/end/' a.md", 'echo secret-marker > a.md']) {
        const { results } = yield [bash(command)];
        said.push(results[0]?.isError === true ? results[0].text : 'not refused');
      }
      const { results } = yield [bash("sed -i 's/begin/end/' b.md")];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      refused.now();
      return 'done';
    });
    await Promise.all([first.prompt('first'), second.prompt('second')]);
    for (const reason of said) {
      assert.match(
        reason,
        /^PreToolUse:Bash hook error: Signalbox: a\.md is claimed by .*The command was not run\. Work on/,
      );
    }
    assert.equal(readFileSync(fleet.file('a.md'), 'utf8'), 'begin\nof the first\n');
    assert.equal(readFileSync(fleet.file('b.md'), 'utf8'), 'end\n');
    await fleet.history.until('refusal', isEntry('denied', second.agent, 'a.md'));
    assert.doesNotMatch(JSON.stringify(await fleet.history.read()), /secret-marker/);
    await Promise.all([first.close(), second.close()]);
  });

  it('are found out where a script writes to a file that another holds, and both are told', async () => {
    const [held, ran] = [new Moment(), new Moment()];
    const [first, second] = [fleet.session(), fleet.session({ mayCall })];
    let [toFirst, toSecond] = ['', ''];
    const script = holding(
      'a.md',
      held,
      () => ran.come,
      (news) => (toFirst = news),
    );
    fleet.model.add('first', script);
    fleet.model.add('second', async function* () {
      await held.come;
      const { results } = yield [bash('sh write.sh')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      const { news } = yield [read(fleet.file('b.md'))];
      toSecond = news;
      ran.now();
      return 'done';
    });
    await Promise.all([first.prompt('first'), second.prompt('second')]);
    const { data } = await fleet.history.until('report', isEntry('unclaimed', second.agent, 'a.md'));
    assert.deepEqual([data['detail'], data['holder']], ['bash-suspected', first.agent]);
    assert.match(toFirst, /Signalbox: .*"a\.md" changed during a shell command of .*, while you hold it/);
    assert.match(toSecond, /Signalbox: .*While your last shell command ran, "a\.md" changed, which .* held/);
    await Promise.all([first.close(), second.close()]);
    assert.equal((await fleet.history.read()).filter(({ kind }) => kind === 'unclaimed').length, 1);
  });

  it('commit one after the other', async () => {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: fleet.folder, encoding: 'utf8' });
    const pipe = fleet.file('.git/go');
    execFileSync('mkfifo', [pipe]);
    // The first commit goes on once it is told so.
    writeFileSync(
      fleet.file('.git/hooks/pre-commit'),
      '#!/bin/sh\n[ ! -p .git/go ] || { read go < .git/go; rm .git/go; }\n',
      {
        mode: 0o755,
      },
    );
    const commit = (name: string): Script =>
      async function* () {
        const { results } = yield [bash(`git -c user.name=t -c user.email=t@t commit --allow-empty -qm ${name}`)];
        assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
        return 'done';
      };
    const [first, second] = [fleet.session({ mayCall }), fleet.session({ mayCall })];
    fleet.model.add('first', commit('first'));
    fleet.model.add('second', commit('second'));
    const one = first.prompt('first');
    await fleet.history.until('claim of the first', isEntry('claim', first.agent, 'git:index'));
    const other = second.prompt('second');
    await fleet.history.until('wait of the second', isEntry('wait', second.agent, 'git:index'));
    writeFileSync(pipe, 'go\n');
    await Promise.all([one, other]);
    assert.deepEqual(git('log', '-2', '--format=%s').trim().split('\n'), ['second', 'first']);
    assert.deepEqual(await fleet.leases(), {});
    await Promise.all([first.close(), second.close()]);
  });
});
