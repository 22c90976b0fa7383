import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../../../src/agent/exitCodes.ts';
import { exactResource, repositoryRoot, resourceNamed } from '../../../src/agent/resourceName.ts';

const says = (call: () => unknown, text: RegExp): void =>
  assert.throws(call, (error) => error instanceof UsageError && text.test(error.message));

describe('The resource that an argument names', () => {
  let outside: string;
  let root: string;
  const at = (...parts: string[]): string => path.join(root, ...parts);
  const named = (argument: string, folder = root): string => resourceNamed(argument, folder);

  before(() => {
    outside = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-names-')));
    root = path.join(outside, 'shop');
    for (const folder of ['.git', 'src/auth', 'docs', 'port:3000']) mkdirSync(at(folder), { recursive: true });
    for (const file of ['src/a.ts', 'src/auth/login.ts', 'a b.ts', 'größe 漢字 🦊.md', 'git:index', '..odd', '.env']) {
      writeFileSync(at(file), '');
    }
    writeFileSync(path.join(outside, 'secret'), '');
    symlinkSync('src/auth', at('auth'));
    symlinkSync('src/a.ts', at('main.ts'));
    symlinkSync('../secret', at('leak'));
    symlinkSync('/', at('top'));
    symlinkSync('src/made/later.ts', at('dangling'));
    symlinkSync('ring-b', at('ring-a'));
    symlinkSync('ring-a', at('ring-b'));
    symlinkSync(root, path.join(outside, 'alias'));
  });
  after(() => rmSync(outside, { recursive: true }));

  it('is the path from the root, however it is written', () => {
    for (const argument of [
      'src/a.ts',
      './src/a.ts',
      'src//a.ts',
      'src/./a.ts',
      'src/auth/../a.ts',
      'docs/../src/a.ts',
      at('src/a.ts'),
      path.join(outside, 'alias/src/a.ts'),
      '../shop/src/a.ts',
    ]) {
      assert.equal(named(argument), 'src/a.ts', argument);
    }
    assert.equal(named('a.ts', at('src')), 'src/a.ts');
    assert.equal(named('../docs', at('src')), 'docs/');
    assert.equal(named('a.ts', path.join(outside, 'alias/src')), 'src/a.ts');
  });

  it('is that of the file behind links, as the system follows them', () => {
    assert.equal(named('main.ts'), 'src/a.ts');
    assert.equal(named('auth'), 'src/auth/');
    assert.equal(named('auth/login.ts'), 'src/auth/login.ts');
    // Above what the link leads to, and not above the link.
    assert.equal(named('auth/../a.ts'), 'src/a.ts');
    assert.equal(named('auth/new.ts'), 'src/auth/new.ts');
    assert.equal(named('../a.ts', at('auth')), 'src/a.ts');
    assert.equal(named('dangling'), 'src/made/later.ts');
    assert.equal(named(`top${at('src/a.ts')}`), 'src/a.ts');
    says(() => named('ring-a'), /circle of links/);
    says(() => named('ring-a/x'), /circle of links/);
  });

  it('is a folder where there is one, or where it is written as one', () => {
    assert.equal(named('src'), 'src/');
    assert.equal(named('src/'), 'src/');
    assert.equal(named('new'), 'new');
    assert.equal(named('new/'), 'new/');
    assert.equal(named('new/deep/./x/..'), 'new/deep/');
    assert.equal(named('.', at('src')), 'src/');
    assert.equal(named('..', at('src/auth')), 'src/');
    says(() => named('src/a.ts/'), /is a file/);
    says(() => named('src/a.ts/x'), /as if it were a folder/);
  });

  it('is ./ for all of the repository', () => {
    for (const argument of ['.', './', root, `${root}/`, 'src/..', 'new/..'])
      assert.equal(named(argument), './', argument);
    assert.equal(named('..', at('src')), './');
  });

  it('leaves named things as they are, also outside of repositories, and tells files that look like them apart', () => {
    for (const thing of ['git:index', 'port:3000', 'job:deploy/../x', 'a1:', 'db:a b']) {
      assert.equal(named(thing), thing);
      assert.equal(named(thing, outside), thing);
    }
    assert.equal(named('./git:index'), './git:index');
    assert.equal(named(at('git:index')), './git:index');
    assert.equal(named('../git:index', at('src')), './git:index');
    assert.equal(named('./new:file'), './new:file');
    assert.equal(named('src/git:index'), 'src/git:index');
    assert.equal(named('1:x'), '1:x');
    says(() => named('./port:3000'), /like a named thing/);
    says(() => named('./port:3000/x.ts'), /like a named thing/);
  });

  it('keeps spaces, letters of all languages and odd dots', () => {
    for (const name of ['a b.ts', 'größe 漢字 🦊.md', '..odd', '.env', 'src/[id]/*.ts', "it's", 'a\\b']) {
      assert.equal(named(name), name);
    }
  });

  it('refuses what lies outside', () => {
    for (const argument of ['..', '../secret', '/', '/etc/passwd', '../shopping/a.ts', 'leak', 'top', 'top/etc']) {
      says(() => named(argument), /outside of the repository/);
    }
    says(() => named('../../x', at('src')), /outside of the repository/);
    says(() => named('/etc'), /^"\/etc" is outside of the repository/);
    says(() => named('../secret'), /^"\.\.\/secret" is "\/.*\/secret", which is outside/);
  });

  it('refuses what no resource can be called', () => {
    says(() => named(''), /needs a name/);
    says(() => named('a\nb.ts'), /control character/);
    says(() => named('git:a\u001b[2J'), /control character/);
    says(() => named('a\0b'), /control character/);
    says(() => exactResource('a\0b'), /control character/);
    says(() => named('a\u0085b'), /control character/);
    says(() => named('a\ufffdb'), /not UTF-8/);
    says(() => named(`${'é'.repeat(100)}/`.repeat(6)), /longer than 1024 bytes/);
    assert.equal(named(`${'é'.repeat(100)}/`.repeat(5)).length, 505);
  });

  it('does not repeat what acts on a terminal', () => {
    assert.throws(
      () => named('a\u001b[31m\nb'),
      (error) => error instanceof UsageError && !/[\p{C}]/u.test(error.message),
    );
  });

  it('needs a repository for a path', () => {
    says(() => named('a.ts', outside), /no repository around .*--exact/);
  });

  it('is told from the root of the worktree that one is in', () => {
    const main = path.join(outside, 'main');
    const git = (...args: string[]): void => {
      execFileSync('git', ['-C', main, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args], {
        stdio: 'ignore',
      });
    };
    mkdirSync(path.join(main, 'src'), { recursive: true });
    writeFileSync(path.join(main, 'src/a.ts'), '');
    git('init', '--template=');
    git('add', '--all');
    git('commit', '--no-gpg-sign', '--message=Begin');
    git('worktree', 'add', path.join(main, 'trees/two'));
    const tree = path.join(main, 'trees/two');
    assert.equal(repositoryRoot(path.join(tree, 'src')), tree);
    assert.equal(named('a.ts', path.join(tree, 'src')), 'src/a.ts');
    assert.equal(named(path.join(tree, 'src'), tree), 'src/');
    says(() => named(path.join(main, 'src/a.ts'), tree), /outside of the repository/);
  });
});

describe('A resource that is given exactly', () => {
  it('is taken as it is, if it can be one', () => {
    for (const name of ['src/a.ts', 'src/', './', 'git:index', './git:index', '.env', 'a..b', 'port:x/../y']) {
      assert.equal(exactResource(name), name);
    }
  });

  it('is refused where the protocol has no such name', () => {
    for (const name of [
      '',
      '/a',
      '/',
      'a//b',
      './a',
      '../a',
      'a/./b',
      'a/..',
      'a/../b',
      '.',
      '..',
      './git:a/b',
      './git:a/',
    ]) {
      assert.throws(() => exactResource(name), UsageError, name);
    }
    says(() => exactResource('a\nb'), /control character/);
    says(() => exactResource('git:a\tb'), /control character/);
    says(() => exactResource('x'.repeat(1025)), /longer/);
  });
});
