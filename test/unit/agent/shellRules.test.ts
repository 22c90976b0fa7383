import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchedBy } from '../../../src/agent/hook/rules.ts';
import { simpleCommands } from '../../../src/agent/hook/simpleCommands.ts';
import { bashResourcesOf, readBashResources, usualBashResources } from '../../../src/protocol/bashResources.ts';

describe('the rules for what shell commands claim', () => {
  const claimed = (command: string, table: object = {}): string[] =>
    matchedBy(simpleCommands(command, '/repo', {}), bashResourcesOf(table).rules);

  it('are about what moves the index of git, and what installs packages', () => {
    for (const command of [
      'git commit -m "x"',
      'git -C /other -c user.name=x commit',
      'cd src && GIT_EDITOR=true git rebase --continue',
      'git stash',
      'git stash pop',
      'bash -c "git checkout main"',
      'git fetch && git pull --rebase',
    ]) {
      assert.deepEqual(claimed(command), ['git:index'], command);
    }
    for (const command of [
      'npm i',
      'npm --prefix web ci',
      'pnpm -r add x',
      'yarn',
      'yarn --frozen-lockfile',
      'sudo pip3 install x',
      'python -m pip install -r r.txt',
      'cargo add serde',
      'go get x && go build',
      'bundle',
    ]) {
      assert.deepEqual(claimed(command), ['deps'], command);
    }
    for (const command of [
      'git status',
      'git log -- commit',
      'git stash list',
      'git stash show -p',
      'git add -A',
      'yarn test',
      'npm test',
      'npm run install-all',
      'bundle exec rspec',
      'echo "git commit"',
      'grep -r "npm install" .',
      'gitk commit',
    ]) {
      assert.deepEqual(claimed(command), [], command);
    }
    assert.deepEqual(claimed('npm ci && git commit -am x'), ['git:index', 'deps']);
  });

  it('are replaced, added and switched off by resource', () => {
    const table = {
      'port:3000': ['npm run dev', 'make --serve x'],
      deps: [],
      'git:index': ['git push', '!git push --dry-run'],
    };
    assert.deepEqual(claimed('npm run dev -- --port 3000', table), ['port:3000']);
    assert.deepEqual(claimed('make -j4 x --serve', table), ['port:3000']);
    assert.deepEqual(claimed('make x', table), []);
    assert.deepEqual(claimed('npm install', table), []);
    assert.deepEqual(claimed('git commit', table), []);
    assert.deepEqual(claimed('git push origin', table), ['git:index']);
    assert.deepEqual(claimed('git push --dry-run', table), []);
  });

  it('are the usual ones where a table is none, and it is said where', () => {
    for (const [table, fault] of [
      [null, 'null'],
      [[], '[]'],
      ['x', '"x"'],
      [{ deps: 'npm' }, '"deps"'],
      [{ deps: [''] }, '"deps"'],
      [{ deps: [1] }, '"deps"'],
      [{ '': [] }, '""'],
      [{ '/etc': [] }, '"/etc"'],
      [{ 'a\n': [] }, '"a\\n"'],
    ] as const) {
      assert.deepEqual(bashResourcesOf(table), { rules: usualBashResources, fault });
    }
    assert.deepEqual(readBashResources('{'), { rules: usualBashResources, fault: 'JSON' });
    assert.deepEqual(readBashResources(''), { rules: usualBashResources, fault: null });
    assert.equal(bashResourcesOf({ deploy: [], 'a/b': ['x'] }).fault, null);
  });

  it('never fail for what anybody may have written', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, command) => {
        const { rules } = readBashResources(json);
        assert.ok(matchedBy(simpleCommands(command, '/repo', {}), rules).length <= rules.size);
      }),
    );
  });
});
