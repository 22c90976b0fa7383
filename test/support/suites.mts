import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { filesIn, root } from './paths.mts';
import { say } from './progress.mts';
import type { Tally } from './tally.mts';
import { temporaryFolder } from './temporary.mts';

/** How long a process may go on after its last test; longer means that a test left something open. */
const afterLastTestMs = 10_000;

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs the Mocha bundles in `dist-test/FOLDER` in a process of their own. */
export async function runBundles(folder: string, env: NodeJS.ProcessEnv): Promise<Tally> {
  const files = filesIn(path.join('dist-test', folder), '.test.cjs');
  // Nothing that this machine's user has set up counts.
  const home = temporaryFolder('home');
  const child = fork(path.join(import.meta.dirname, 'mochaRun.mts'), files, {
    cwd: root,
    env: { ...env, HOME: home.folder, USERPROFILE: home.folder },
    execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
  });
  let tally: Tally | undefined;
  let timer: NodeJS.Timeout | undefined;
  child.once('message', (message) => {
    tally = message as Tally;
    timer = setTimeout(() => {
      say(`The ${folder} tests left something open: their process is still there; ending it.`);
      child.kill('SIGKILL');
    }, afterLastTestMs);
  });
  const code = await ended(child);
  clearTimeout(timer);
  home.remove();
  if (!tally) throw new Error(`The ${folder} tests ended with ${String(code)} before they were done.`);
  if (code !== 0 && tally.failed === 0)
    throw new Error(`The process of the ${folder} tests ended with ${String(code)}.`);
  return notEmpty(tally, folder);
}

/** A run in which nothing was tested has failed: a wrong glob or a suite that is not loaded looks just like that. */
function notEmpty(tally: Tally, name: string): Tally {
  if (tally.passed + tally.failed === 0) throw new Error(`No ${name} test was run.`);
  return tally;
}

/** The workspace that the extension host opens: small, and thrown away. */
function fillWorkspace(folder: string): void {
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'one.ts'), 'export const one = 1;\n');
  writeFileSync(path.join(folder, 'two.ts'), "export { one as two } from './one.ts';\n");
  writeFileSync(path.join(folder, 'README.md'), '# A workspace for tests\n');
}

/**
 * Runs the suite in `test/vscode/suite` inside the extension host of a real VS Code: the served one, or with
 * `TEST_VSCODE=desktop` a desktop one that `@vscode/test-electron` downloads.
 */
export async function runInVscode(env: NodeJS.ProcessEnv): Promise<Tally> {
  const desktop = process.env['TEST_VSCODE'] === 'desktop';
  say(
    desktop ? 'VS Code: desktop, downloaded by @vscode/test-electron' : 'VS Code: served, from the code-server package',
  );
  const temporary = temporaryFolder('suite');
  const workspace = path.join(temporary.folder, 'workspace');
  const results = path.join(temporary.folder, 'results.json');
  fillWorkspace(workspace);
  try {
    await runTests({
      ...(desktop ? {} : { vscodeExecutablePath: launcher() }),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(root, 'dist-test', 'vscode', 'index.cjs'),
      launchArgs: [workspace, '--disable-extensions'],
      extensionTestsEnv: { ...env, TEST_RESULTS_FILE: results },
    }).catch((error: unknown) => say(String(error)));
    if (!existsSync(results)) throw new Error('The suite in VS Code ended before it was done.');
    const { passes, failures, pending } = JSON.parse(readFileSync(results, 'utf8')) as Record<string, number>;
    return notEmpty({ passed: passes ?? 0, failed: failures ?? 0, skipped: pending ?? 0 }, 'vscode');
  } finally {
    temporary.remove();
  }
}

/** What test-electron starts in place of a downloaded VS Code. */
function launcher(): string {
  const script = path.join(import.meta.dirname, 'vscodeLauncher.mts');
  if (process.platform !== 'win32') return script;
  const batch = path.join(os.tmpdir(), 'signalbox-vscode-launcher.cmd');
  writeFileSync(batch, `@"${process.execPath}" "${script}" %*\r\n`);
  return batch;
}
