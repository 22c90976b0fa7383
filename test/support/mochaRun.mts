// node mochaRun.mts FILE…  runs these Mocha bundles and sends `Tally` to the process that forked it.
import Mocha from 'mocha';
import type { Tally } from './tally.mts';

const grep = process.env['MOCHA_GREP'];
const mocha = new Mocha({
  ui: 'bdd',
  timeout: 20_000,
  forbidOnly: true,
  ...(grep === undefined ? {} : { grep }),
});
for (const file of process.argv.slice(2)) mocha.addFile(file);
let done = false;
// Nobody waits for the result any more.
process.on('disconnect', () => {
  if (!done) process.exit(1);
});
await mocha.loadFilesAsync();
const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
const runner = mocha.run(() => {
  done = true;
  process.send?.(tally);
  // From here on the process has to end by itself: what keeps it alive is something that a test left open.
  process.disconnect?.();
});
runner.on('pass', () => (tally.passed += 1));
runner.on('fail', () => (tally.failed += 1));
runner.on('pending', () => (tally.skipped += 1));
