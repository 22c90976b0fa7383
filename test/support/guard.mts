// node guard.mts [--remove FOLDER]… -- COMMAND ARGS…
//
// Runs COMMAND in a process group of its own and outlives whoever asked for it by just as long as cleaning up takes:
// when our stdin closes (the starter ended, in whatever way) or a signal comes, the whole group is ended and the
// folders are removed. COMMAND gets a stdin that stays open for as long as ours does.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';

const graceMs = 5000;
const split = process.argv.indexOf('--');
const folders = process.argv.slice(2, split).filter((argument) => argument !== '--remove');
const [command, ...args] = process.argv.slice(split + 1);
if (split < 0 || command === undefined) throw new Error('guard.mts needs -- COMMAND');

const windows = process.platform === 'win32';
const child = spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'], detached: !windows });

function kill(signal: NodeJS.Signals): void {
  try {
    if (windows && child.pid) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    else if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  child.stdin.destroy();
  kill('SIGTERM');
  setTimeout(() => kill('SIGKILL'), graceMs);
}

function cleanUp(code: number): never {
  kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  process.exit(code);
}

process.stdin.on('end', end).on('error', end).on('close', end).resume();
process.stdout.on('error', () => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
child.stdin.on('error', () => undefined);
child.on('error', (error) => {
  console.error(`${command}: ${error.message}`);
  cleanUp(127);
});
child.on('exit', (code, signal) => cleanUp(code ?? 128 + (signal ? constants.signals[signal] : 0)));
