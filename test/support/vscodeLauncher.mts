#!/usr/bin/env node
// Takes the command line of a desktop VS Code as `@vscode/test-electron` writes it, and runs the same suite in the
// extension host of the served one. Started by a Node that strips types (`bootstrap.mjs` puts one first on PATH).
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { picture } from './paths.mts';
import { endWithStarter } from './starter.mts';
import { startServer } from './vscodeServer.mts';
import { openPage, type WorkbenchPage } from './workbenchPage.mts';

const { values, positionals } = parseArgs({
  options: {
    extensionDevelopmentPath: { type: 'string', multiple: true },
    extensionTestsPath: { type: 'string' },
    timeout: { type: 'string', default: '300000' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
  },
  allowPositionals: true,
  // test-electron passes flags that only mean something to Electron.
  strict: false,
});
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const target = positionals.at(-1);
const suite = text(values.extensionTestsPath);
const debug = Boolean(process.env['TEST_VSCODE_DEBUG']);
const timedOut = 124;
const diedEarly = 70;

const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-suite-'));
const shim = path.join(folder, 'index.cjs');
const resultFile = path.join(folder, 'result');
// The workbench reports success also when its extension host has died, so the suite says for itself how it went.
writeFileSync(
  shim,
  `const { writeFileSync } = require('node:fs');
exports.run = async () => {
  let code = '1';
  try {
    await require(${JSON.stringify(path.resolve(suite ?? ''))}).run();
    code = '0';
  } catch (error) {
    console.log('[suite] ' + (error && error.stack || error));
    throw error;
  } finally {
    writeFileSync(${JSON.stringify(resultFile)}, code);
  }
};`,
);

/** What the extension host prints arrives in the workbench's log; only what the suite marked as its own is shown. */
function show(line: string): void {
  if (line.startsWith('[suite] ')) console.log(line.slice('[suite] '.length));
  else if (debug) console.error(line);
}

async function main(): Promise<number> {
  const isWorkspace = target?.endsWith('.code-workspace') === true;
  const server = await startServer({
    token: 'none',
    remove: [folder],
    ...(debug ? { onOutput: (line: string) => process.stderr.write(line) } : {}),
  });
  let window: WorkbenchPage | undefined;
  const stop = async (): Promise<void> => {
    await window?.browser.close().catch(() => undefined);
    await server.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  }
  endWithStarter();
  try {
    window = await openPage(server, {
      ...(target === undefined
        ? {}
        : { target: isWorkspace ? { workspace: target } : { folder: path.resolve(target) } }),
      extensionDevelopmentPaths: (values.extensionDevelopmentPath ?? []).map((p) => path.resolve(String(p))),
      ...(suite === undefined ? {} : { extensionTestsPath: shim }),
      onLog: show,
    });
    const limit = delay(Number(values.timeout), timedOut, { ref: false });
    const code = await Promise.race([window.closed, limit]);
    if (code === timedOut) {
      const file = picture('host-timeout');
      await window.page.screenshot({ path: file }).catch(() => undefined);
      console.error(`The suite had not ended after ${String(values.timeout)} ms; see ${file}.`);
    } else if (suite !== undefined) {
      if (existsSync(resultFile)) return Number(readFileSync(resultFile, 'utf8'));
      console.error('The extension host or the window ended before the suite did.');
      return code || diedEarly;
    }
    return code;
  } finally {
    await stop();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error);
  rmSync(folder, { recursive: true, force: true });
  return 1;
});
process.exit();
