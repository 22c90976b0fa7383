import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mts';

const mostBytes = 400 * 1024;
/** All that belongs into the package; tests, sources, maps and packages do not. */
const allowed =
  /^(package(\.nls(\.[a-z-]+)?)?\.json|LICENSE|dist\/(README\.md|[a-z]+\.cjs|hook\.sh|panel\.(js|css))|media\/[\w.-]+|l10n\/[\w.-]+\.json)$/;

/** Fails when the VSIX is too large or has anything in it that its users do not need. */
export function checkVsix(): void {
  const { size } = statSync(path.join(root, 'signalbox.vsix'));
  if (size > mostBytes)
    throw new Error(`signalbox.vsix has ${String(size)} bytes; at most ${String(mostBytes)} are allowed.`);
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--readme-path', 'dist/README.md'];
  const listed = spawnSync(process.execPath, [vsce, 'ls', ...options], { cwd: root, encoding: 'utf8' });
  const files = listed.stdout.split('\n').filter((line) => line !== '' && !/^\s*(WARN|INFO)/.test(line));
  const strangers = files.filter((file) => !allowed.test(file));
  if (files.length === 0 || strangers.length > 0) {
    throw new Error(`What should not be in signalbox.vsix: ${strangers.join(', ') || listed.stderr}`);
  }
}
