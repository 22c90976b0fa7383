import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { filesOf } from '../../../src/agent/hook/arguments.ts';
import { Globs } from '../../../src/agent/hook/globbed.ts';
import { simpleCommands } from '../../../src/agent/hook/simpleCommands.ts';
import { plainTexts } from '../../../src/agent/hook/shellText.ts';
import { writtenBy } from '../../../src/agent/hook/writes.ts';

describe('what a shell command writes to', () => {
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'signalbox-writes-')));
    for (const name of ['.git', 'src/deep', 'other']) mkdirSync(path.join(folder, name), { recursive: true });
    for (const file of [
      'a.ts',
      'b.ts',
      "it's.ts",
      'with space.ts',
      'src/a.ts',
      'src/b.ts',
      'src/c.md',
      'src/deep/d.ts',
    ]) {
      writeFileSync(path.join(folder, file), '');
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const env = { HOME: '/home/me', NAME: 'b' };
  /** Relative paths, a folder's with a slash, in order. */
  const written = (command: string): string[] =>
    writtenBy(simpleCommands(command, folder, env))
      .map(({ file, isFolder }) => path.relative(folder, file) + (isFolder ? '/' : ''))
      .toSorted();
  const is = (command: string, ...files: string[]): void =>
    assert.deepEqual(written(command), files.toSorted(), command);

  it('is what output goes to, and not what merely stands there', () => {
    is('echo x > a.ts', 'a.ts');
    is('echo x >>new.ts 2>err.log', 'new.ts', 'err.log');
    is('make &> out.log && cat < a.ts', 'out.log');
    is('make >| out.log 2>&1 >/dev/null', 'out.log', '../../dev/null'.replace('../..', path.relative(folder, '/')));
    is('echo "x > a.ts" \'> b.ts\' \\> c', ...[]);
    is('echo x # > a.ts');
    is("cat <<'EOF' > a.ts\necho > b.ts\nrm b.ts\nEOF\necho > src/new.ts", 'a.ts', 'src/new.ts');
    is('cat <<-EOF | tee a.ts b.ts >/dev/null\n\tx > y\n\tEOF', 'a.ts', 'b.ts', path.relative(folder, '/dev/null'));
    is('[[ a > b.ts ]] || [ 1 \\> 2 ]');
    is('x=$((1 > 2)); echo $x');
  });

  it('is what programs change in their place', () => {
    is("sed -i 's/a/b/' a.ts src/a.ts", 'a.ts', 'src/a.ts');
    is("sed -i.bak -E 's#a#b#g' a.ts", 'a.ts');
    is("sed -i '' -e 's/a/b/' -e 's/b/c/' a.ts b.ts", 'a.ts', 'b.ts');
    is('sed --in-place s#a#b# a.ts', 'a.ts');
    is("sed -n '1,5p' a.ts");
    is("perl -pi -e 's/a/b/' a.ts", 'a.ts');
    is("perl -i -pe 's/a/b/' src/*.ts", 'src/a.ts', 'src/b.ts');
    is("perl -e 'print 1' a.ts");
    is('tee -a a.ts < b.ts', 'a.ts');
    is('truncate -s 0 a.ts', 'a.ts');
    is('dd if=b.ts of=a.ts bs=1', 'a.ts');
    is('patch a.ts fix.diff', 'a.ts');
    is('npx prettier --write a.ts src', 'a.ts');
    is('prettier --check a.ts');
    for (const looks of [
      'black --check',
      'black --diff',
      'isort --check-only',
      'rustfmt --check',
      'ruff format --check',
    ])
      is(`${looks} a.ts`);
    is('patch --dry-run a.ts fix.diff');
    is("perl -Mstrict -Iinc -ne 'print' a.ts; ruby -Ilib -ne 'puts' b.ts");
    is("perl -wpi.bak -e 's/a/b/' a.ts; ruby -pi -e 'x' b.ts", 'a.ts', 'b.ts');
  });

  it('is what files are brought to, and what is taken away', () => {
    is('cp a.ts b.ts', 'b.ts');
    is('cp a.ts b.ts src', 'src/a.ts', 'src/b.ts');
    is('cp -t src a.ts', 'src/a.ts');
    is('cp -r src other', 'other/src');
    is('cp -r src new', 'new/');
    is('mv a.ts src/new.ts', 'a.ts', 'src/new.ts');
    is('mv src/deep other', 'src/deep/', 'other/deep');
    is('ln -sf a.ts b.ts', 'b.ts');
    is('install -m 644 a.ts src/', 'src/a.ts');
    is('rm -f a.ts nowhere.ts', 'a.ts');
    is('rm -rf src', 'src/');
  });

  it('is what git takes back', () => {
    is('git checkout -- a.ts src', 'a.ts', 'src/');
    is('git checkout HEAD~1 a.ts', 'a.ts');
    is('git checkout main');
    is('git checkout .', '/');
    is('git restore -s HEAD src/a.ts', 'src/a.ts');
    is('git restore --staged a.ts');
    is('git rm a.ts', 'a.ts');
    is('git rm --cached a.ts');
    is('git mv a.ts new.ts', 'a.ts', 'new.ts');
    is('git -C src checkout -- a.ts', 'src/a.ts');
    is('git reset --hard', '/');
    is('git stash', '/');
    is('git stash pop');
    is('git clean -nd; git rm -n a.ts; git mv -n a.ts c.ts');
    is('git clean -fd', '/');
    is('git clean -fdx src', 'src/');
    is('git commit -m "rm a.ts"');
  });

  it('follows where the shell goes, and what it calls things', () => {
    is('cd src && rm a.ts; (cd deep; rm d.ts); rm b.ts', 'src/a.ts', 'src/deep/d.ts', 'src/b.ts');
    is('cd "$SOMEWHERE" && echo > a.ts');
    is('F=a.ts; echo > $F; echo > "${F}"', 'a.ts');
    is('for f in a.ts src/b.ts; do sed -i s/x/y/ "$f"; done', 'a.ts', 'src/b.ts');
    is('echo > $NAME.ts; echo > $UNKNOWN.ts', 'b.ts');
    is('echo > ~/x', path.relative(folder, '/home/me/x'));
    is('rm {a,b}.ts', 'a.ts', 'b.ts');
    is('rm src/*.ts', 'src/a.ts', 'src/b.ts');
    is('rm "src/*.ts"');
    is('for f in src/*.ts; do sed -i s/x/y/ "$f"; done; f=x; rm "*.ts$f"', 'src/a.ts', 'src/b.ts');
    is('echo > "$(pwd)/a.ts"; cd src && echo > `pwd`/b.ts', 'a.ts', 'src/b.ts');
    is('cd src/deep && cd "$(git rev-parse --show-toplevel)" && rm a.ts', 'a.ts');
    is('pushd src; rm a.ts; popd; rm b.ts; cd src && cd - && rm src/b.ts', 'src/a.ts', 'b.ts', 'src/b.ts');
    is("rm it\\'s.ts 'with space.ts'", "it's.ts", 'with space.ts');
  });

  it('sees through what stands before a program or runs another', () => {
    is('sudo -u me env A=1 B=2 rm a.ts', 'a.ts');
    is('timeout 5 nice -n 3 rm a.ts', 'a.ts');
    is('if true; then rm a.ts; else rm b.ts; fi', 'a.ts', 'b.ts');
    is('bash -c "rm a.ts && echo > b.ts"', 'a.ts', 'b.ts');
    is('eval "rm a.ts"', 'a.ts');
    is('echo "$(rm a.ts)" `rm b.ts`', 'a.ts', 'b.ts');
    is('echo "$(echo "$(rm a.ts)")"', 'a.ts');
    is("find . -name '*.ts' -exec sed -i s/a/b/ src/a.ts {} \\;", 'src/a.ts');
    is('true | tee >(cat > a.ts)', 'a.ts');
    is('/bin/rm a.ts', 'a.ts');
    is('\\rm a.ts', 'a.ts');
    is('rm a.ts\nrm \\\n  b.ts', 'a.ts', 'b.ts');
    is("rm a.ts\necho 'never ends\nrm b.ts", 'a.ts');
  });

  it('is found without an error in whatever anybody may write, in steps that the length bounds', () => {
    const parts = [
      '$(',
      ')',
      '`',
      '"',
      "'",
      "$'",
      '\\',
      '\n',
      '<<EOF',
      'EOF',
      '>',
      '&&',
      ';',
      '{',
      '}',
      ',',
      '${',
      '*',
      '#',
      'rm ',
      'sed -i',
      ' a.ts',
      '((',
      '$',
      '~',
      '\ue000',
      '\u0000',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 5 })), { maxLength: 80 });
    fc.assert(
      fc.property(text, (some) => void written(some.join(''))),
      { numRuns: 500 },
    );
    for (const part of [...parts, '$(a', '"$(', '{a,b}', '${a', "a'", '>a', '<<a\n', 'rm *;', 'a=b;']) {
      const long = part.repeat(Math.ceil(100_000 / part.length));
      assert.ok(plainTexts(long).join('').length < 20 * long.length, part);
      assert.ok(written(long).length <= 200, part);
    }
  });

  it('is bounded also where a few letters stand for ever more', () => {
    is('a=xxxxxxxxxxxxxxxx;' + 'a=$a$a$a$a;'.repeat(40) + 'rm "$a"; rm a.ts', 'a.ts');
    const loops = `for a in ${'x '.repeat(64)}; do for b in ${'y '.repeat(64)}; do rm ${'$a$b'.repeat(5_000)}`;
    is(`${loops}; rm a.ts; done; done`, 'a.ts');
    let looked = 0;
    const globs = new Globs();
    for (let i = 0; i < 5_000; i++) looked += filesOf({ texts: ['*.ts'], isGlob: true }, folder, globs).length;
    assert.equal(looked, 4_000);
    const [many] = simpleCommands(`rm ${'a '.repeat(10_000)}> b.ts`, folder, env);
    assert.deepEqual([many?.words.length, many?.outputs.length], [1_999, 1]);
  });
});
