import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './paths.mts';

/** Copies what is shipped. It is activated by whoever measures it, and by no event of VS Code's. */
export function copyExtension(to: string): string {
  mkdirSync(to, { recursive: true });
  for (const part of ['dist', 'media', 'l10n', 'package.nls.json']) {
    if (existsSync(path.join(root, part))) cpSync(path.join(root, part), path.join(to, part), { recursive: true });
  }
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as object;
  writeFileSync(path.join(to, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
  return to;
}

/** Makes an extension that does nothing, built as ours is. Its id is `signalbox.NAME`. */
export async function emptyExtension(to: string, name: string): Promise<string> {
  mkdirSync(path.join(to, 'dist'), { recursive: true });
  const { engines, extensionKind } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as object & {
    engines: object;
    extensionKind: string[];
  };
  const manifest = { name, publisher: 'signalbox', version: '0.0.1', main: './dist/extension.cjs' };
  writeFileSync(path.join(to, 'package.json'), JSON.stringify({ ...manifest, engines, extensionKind }));
  await build({
    stdin: { contents: 'import * as vscode from "vscode"; export function activate() { return vscode.version; }' },
    outfile: path.join(to, 'dist', 'extension.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    external: ['vscode'],
  });
  return to;
}
