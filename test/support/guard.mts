// node guard.mts OPTIONS-AS-JSON COMMAND ARGS…
//
// Runs COMMAND in a process group of its own and outlives whoever asked for it by just as long as cleaning up takes:
// when our stdin closes (the starter ended, in whatever way) or a signal comes, the whole group is ended and the
// folders are removed. COMMAND gets a stdin that stays open for as long as ours does.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

export interface GuardOptions {
  /** Folders to remove when the command has ended. */
  readonly remove?: readonly string[];
  /** A file in which the command leaves the id of a process outside its group that has to end with it. */
  readonly pidFile?: string;
  readonly shell?: boolean;
}

const graceMs = 5000;
const [optionsText = '{}', command = '', ...args] = process.argv.slice(2);
const { remove = [], pidFile, shell = false } = JSON.parse(optionsText) as GuardOptions;

const windows = process.platform === 'win32';
const child = spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'], detached: !windows, shell });

/** Sends a signal to a process, or with a negative id to a group; 0 only asks. False when there is none. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function kill(signal: NodeJS.Signals): void {
  if (!child.pid) return;
  if (windows) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
  else send(-child.pid, signal);
}

/** Ends the process that `pidFile` names, first by asking it to. */
async function endOutsider(): Promise<void> {
  let pid: number;
  try {
    pid = Number(readFileSync(pidFile ?? '', 'utf8'));
  } catch {
    return;
  }
  if (!(pid > 1) || !send(pid, 'SIGTERM')) return;
  for (const end = Date.now() + graceMs; send(pid, 0) && Date.now() < end;) await delay(50);
  send(pid, 'SIGKILL');
}

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  child.stdin.destroy();
  kill('SIGTERM');
  setTimeout(() => kill('SIGKILL'), graceMs);
}

async function cleanUp(code: number): Promise<never> {
  kill('SIGKILL');
  await endOutsider();
  for (const folder of remove) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  process.exit(code);
}

process.stdin.on('end', end).on('error', end).on('close', end).resume();
process.stdout.on('error', () => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
child.stdin.on('error', () => undefined);
child.on('error', (error) => {
  console.error(`${command}: ${error.message}`);
  void cleanUp(127);
});
child.on('exit', (code, signal) => void cleanUp(code ?? 128 + (signal ? constants.signals[signal] : 0)));
