import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Lints files as if they stood in this project, and gives what is said of each. */
function lint(files: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-fences-'));
  copyFileSync('.oxlintrc.json', path.join(folder, '.oxlintrc.json'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const oxlint = path.resolve('node_modules/oxlint/bin/oxlint');
  return new Promise((resolve) => {
    // Types are not needed to see an import, and would want a whole project.
    execFile(
      process.execPath,
      [oxlint, '-f', 'unix', '-A', 'typescript/no-floating-promises'],
      { cwd: folder },
      (_error, out) => {
        rmSync(folder, { recursive: true, force: true });
        resolve(out);
      },
    );
  });
}

const valueImport = (what: string): string => `import * as it from '${what}';\nexport const use = it;\n`;

/** A file of a room, and an import that its fence must stop. */
const forbidden: [room: string, what: string][] = [
  ['src/protocol/x.ts', 'vscode'],
  ['src/protocol/x.ts', 'ioredis'],
  ['src/protocol/x.ts', 'node:fs'],
  ['src/protocol/x.ts', '../model/picture.ts'],
  ['src/redis/x.ts', 'vscode'],
  ['src/redis/x.ts', '../model/picture.ts'],
  ['src/model/x.ts', 'vscode'],
  ['src/model/x.ts', 'ioredis'],
  ['src/model/x.ts', '../redis/link.ts'],
  ['src/agent/x.ts', 'vscode'],
  ['src/agent/x.ts', 'ioredis'],
  ['src/agent/fleet/x.ts', '../../views/treeViews.ts'],
  ['src/setup/x.ts', 'vscode'],
  ['src/setup/x.ts', 'ioredis'],
  ['src/setup/x.ts', '../agent/cli.ts'],
  ['src/setup/x.ts', '../host/config.ts'],
  ['src/views/x.ts', 'ioredis'],
  ['src/views/x.ts', '../redis/link.ts'],
  ['src/commands/x.ts', 'ioredis'],
  ['src/commands/x.ts', '../views/treeViews.ts'],
  ['src/host/x.ts', '../redis/link.ts'],
  ['webview/x.ts', 'vscode'],
  ['webview/x.ts', '../src/model/picture.ts'],
];

describe('the fences between rooms', () => {
  for (const [room, what] of forbidden) {
    it(`keep ${what} out of ${path.dirname(room)}`, async () => {
      assert.match(await lint({ [room]: valueImport(what) }), /no-restricted-imports/);
    });
  }

  it('let in what may enter', async () => {
    const said = await lint({
      'src/model/x.ts': valueImport('../protocol/status.ts'),
      'src/redis/x.ts': valueImport('ioredis'),
      'src/agent/x.ts': valueImport('../model/fleetModel.ts'),
      'src/views/x.ts': valueImport('vscode'),
      'src/commands/x.ts': valueImport('../redis/link.ts'),
      'src/commands/y.ts': valueImport('../setup/repository.ts'),
      'src/setup/x.ts': valueImport('../redis/connection.ts'),
      'webview/x.ts': valueImport('../src/protocol/status.ts'),
    });
    assert.doesNotMatch(said, /no-restricted-imports/);
  });

  it('forbid circles', async () => {
    const said = await lint({
      'src/model/a.ts': `import { b } from './b.ts';\nexport const a = (): unknown => b;\n`,
      'src/model/b.ts': `import { a } from './a.ts';\nexport const b = (): unknown => a;\n`,
    });
    assert.match(said, /no-cycle/);
  });

  it('break the build of the agents’ program when it takes VS Code in', async () => {
    const { build } = await import('esbuild');
    const stdin = { contents: valueImport('vscode'), resolveDir: process.cwd() };
    await assert.rejects(build({ stdin, bundle: true, platform: 'node', write: false, logLevel: 'silent' }), /vscode/);
  });
});
