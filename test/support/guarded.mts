import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { GuardOptions } from './guard.mts';

export interface Guarded {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles with the exit code once the command and its whole process group are gone and the folders are removed. */
  readonly exited: Promise<number>;
  /** Ends the command, and settles when `exited` does. May be called any number of times. */
  stop(): Promise<number>;
}

export interface GuardedOptions extends GuardOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Starts a command under `guard.mts`: it does not outlive this process, even when that is killed with SIGKILL. */
export function spawnGuarded(command: string, args: readonly string[], options: GuardedOptions = {}): Guarded {
  const guard = path.join(import.meta.dirname, 'guard.mts');
  const { env = process.env, cwd = process.cwd(), ...guardOptions } = options;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', guard, JSON.stringify(guardOptions), command, ...args],
    {
      env,
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      // A Ctrl-C in the terminal reaches whoever started us; what is guarded ends in the order that one chooses.
      detached: process.platform !== 'win32',
    },
  );
  child.stdin.on('error', () => undefined);
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  exited.catch(() => undefined);
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    stop() {
      child.stdin.end();
      return exited;
    },
  };
}
