import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** What `TEST_RESULTS_FILE` gets as JSON: without it nobody can tell a finished suite from a dead extension host. */
interface Results {
  passes: number;
  failures: number;
  pending: number;
}

/** Runs the suite beside this bundle; called by the extension host of the VS Code under test. */
export async function run(): Promise<void> {
  // The served VS Code shows only lines that are marked as ours.
  const mark = process.env['TEST_VSCODE'] === 'desktop' ? '' : '[suite] ';
  Mocha.reporters.Base.consoleLog = (...args: unknown[]): void => {
    for (const line of format(...args).split('\n')) console.log(mark + line);
  };
  const grep = process.env['MOCHA_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout: 20_000,
    forbidOnly: true,
    ...(grep === undefined ? {} : { grep }),
  });
  const folder = path.join(__dirname, 'suite');
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.test.cjs'))
    .sort()) {
    mocha.addFile(path.join(folder, file));
  }
  const failures = await new Promise<number>((resolve) => {
    const results: Results = { passes: 0, failures: 0, pending: 0 };
    const runner = mocha.run((failed) => {
      const file = process.env['TEST_RESULTS_FILE'];
      if (file !== undefined) writeFileSync(file, JSON.stringify(results));
      resolve(failed);
    });
    runner.on('pass', () => (results.passes += 1));
    runner.on('fail', () => (results.failures += 1));
    runner.on('pending', () => (results.pending += 1));
  });
  if (failures > 0) throw new Error(`${String(failures)} tests failed`);
}
