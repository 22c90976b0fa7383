import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { npmIn } from './npmIn.mts';
import { oneAtATime } from './oneAtATime.mts';
import { during } from './progress.mts';

const codeServer = path.dirname(createRequire(import.meta.url).resolve('code-server/package.json'));

/** The VS Code server inside the code-server package: its `out/server-main.js` is what is run. */
export const vscodeRoot = path.join(codeServer, 'lib', 'vscode');

const npmCi = (cwd: string): Promise<void> => npmIn(cwd, 'ci', '--omit=dev', '--legacy-peer-deps');

/**
 * Installs the npm packages that the served VS Code needs, inside the code-server package: once for each version, and
 * without install scripts, because nothing that we use of it has to be compiled.
 */
export async function setUpVscode(): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(codeServer, 'package.json'), 'utf8')) as { version: string };
  const stamp = path.join(vscodeRoot, 'node_modules', '.installed-for');
  const logger = path.join(import.meta.dirname, 'vscodeLog.cjs');
  const mark = `${version} ${createHash('sha256').update(readFileSync(logger)).digest('hex')}`;
  const done = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === mark;
  if (done()) return;
  await oneAtATime('vscode', async () => {
    if (done()) return;
    await during('Setting up VS Code (once; about 100 MB to download)', async () => {
      await npmCi(vscodeRoot);
      // What its built-in extensions share: TypeScript, without which its language features complain.
      await npmCi(path.join(vscodeRoot, 'extensions'));
    });
    copyFileSync(logger, path.join(vscodeRoot, 'node_modules', '@vscode', 'spdlog', 'index.js'));
    writeFileSync(stamp, mark);
  });
}
