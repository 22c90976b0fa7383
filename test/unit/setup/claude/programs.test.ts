import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  filesOf,
  installedPrograms,
  installPrograms,
  programFolder,
  refreshPrograms,
  type Source,
} from '../../../../src/setup/claude/programs.ts';

describe('The installed programs', () => {
  let base: string;
  let dist: string;
  let home: string;
  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'signalbox-programs-'));
    dist = path.join(base, 'dist');
    // A home that a shell would take apart.
    home = path.join(base, "Ann's $HOME `x`");
    for (const each of [dist, home]) mkdirSync(each);
    bundle('hook.sh', 'echo hook');
    bundle('hook.cjs', 'require("./library.cjs")');
    bundle('signalbox.cjs', 'import("./ioredis.cjs"); console.log("one", ...process.argv.slice(2))');
    bundle('ioredis.cjs', '');
    bundle('library.cjs', '');
    bundle('extension.cjs', '');
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const bundle = (name: string, text: string): void => writeFileSync(path.join(dist, name), text);
  const source = (version: string): Source => ({ dist, version, env: process.env, home });
  const installed = (name: string): string => readFileSync(path.join(programFolder(home), name), 'utf8');

  it('are hook and command line with all bundles that they load, and no more', () => {
    assert.deepEqual(filesOf(dist).toSorted(), ['hook.cjs', 'hook.sh', 'ioredis.cjs', 'library.cjs', 'signalbox.cjs']);
  });

  it('are what this project’s build loads', () => {
    const files = filesOf('dist');
    for (const name of ['hook.sh', 'hook.cjs', 'signalbox.cjs', 'ioredis.cjs', 'library.cjs', 'setup.cjs']) {
      assert.ok(files.includes(name), name);
    }
    assert.ok(files.indexOf('ioredis.cjs') < files.indexOf('signalbox.cjs'));
  });

  it('are written once, whatever the folder is called, and run', async () => {
    assert.equal(installedPrograms(home), null);
    assert.deepEqual(await installPrograms(source('1.1.0')), { version: '1.1.0', changed: true });
    assert.equal(installedPrograms(home), '1.1.0');
    const time = statSync(path.join(programFolder(home), 'hook.conf')).mtimeMs;
    assert.deepEqual(await installPrograms(source('1.1.0')), { version: '1.1.0', changed: false });
    assert.equal(statSync(path.join(programFolder(home), 'hook.conf')).mtimeMs, time);
    if (process.platform === 'win32') return;
    const said = execFileSync('sh', [path.join(programFolder(home), 'bin', 'signalbox'), 'a b', '"'], {
      encoding: 'utf8',
    });
    assert.equal(said, 'one a b "\n');
    const conf = execFileSync('sh', [
      '-c',
      '. "$0"; printf "%s|%s" "$version" "$node"',
      path.join(programFolder(home), 'hook.conf'),
    ]);
    assert.match(String(conf), /^1\.1\.0\|\//);
  });

  it('are a hook for the bash that there is, and one for Node where that would not do', async () => {
    if (process.platform === 'win32') return;
    const hook = path.join(programFolder(home), 'hook');
    const tools = path.join(base, 'tools');
    mkdirSync(tools);
    const tool = (name: string, text: string): void => writeFileSync(path.join(tools, name), text, { mode: 0o755 });
    bundle('hook.sh', 'echo "${BASH_VERSINFO[0]:-none}" "$@"');
    tool('redis-cli', '#!/bin/sh\n');
    await installPrograms({ ...source('1.1.0'), env: { PATH: `${tools}:${process.env['PATH'] ?? ''}` } });
    assert.match(execFileSync(hook, ['x'], { encoding: 'utf8' }), /^[3-9]\d* x\n$/);
    bundle('hook.cjs', 'console.log("by node", ...process.argv.slice(2))');
    const without = path.join(base, "no shell's");
    mkdirSync(without);
    symlinkSync('/bin/bash', path.join(without, 'bash'));
    await installPrograms({ ...source('1.1.0'), env: { PATH: without } });
    assert.equal(execFileSync(hook, ['x'], { encoding: 'utf8' }), 'by node x\n');
  });

  it('give way to another version that is not older, and to no older one', async () => {
    await installPrograms(source('1.2.0'));
    bundle('signalbox.cjs', 'console.log("older")');
    assert.deepEqual(await installPrograms(source('1.1.9')), { version: '1.2.0', changed: false });
    assert.match(installed('signalbox.cjs'), /one/);
    bundle('signalbox.cjs', 'console.log("same version, built anew")');
    assert.equal(await refreshPrograms(source('1.2.0')), true);
    assert.match(installed('signalbox.cjs'), /anew/);
    assert.equal(await refreshPrograms(source('1.10.0')), true);
    assert.equal(installedPrograms(home), '1.10.0');
  });

  it('are not put by an update where nobody set anything up', async () => {
    assert.equal(await refreshPrograms(source('1.1.0')), false);
    assert.equal(existsSync(path.join(home, '.local')), false);
  });
});
