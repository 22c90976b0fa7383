import { spawn, type ChildProcess } from 'node:child_process';
import { signalCode, type Ended } from './interrupt.ts';

/** What is passed on to the program. Whatever else there is ends us, or is nothing that we could hear. */
const passed: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
];
/** What a terminal sends to all who run in it, on a key. */
const ofTerminal = new Set<NodeJS.Signals>(['SIGINT', 'SIGQUIT']);

/**
 * Runs a program with our own input and outputs until it ends, passing signals on to it. Never rejects.
 * @param isTerminal whether we run in a terminal, which sends the signals of its keys to the program as well as to us
 */
export function runProgram(
  [file = '', ...args]: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; isTerminal: boolean },
): Promise<Ended> {
  const { cwd, env, isTerminal } = options;
  let child: ChildProcess | undefined;
  const listeners = new Map<NodeJS.Signals, () => void>();
  for (const signal of passed) {
    const listener = (): void => {
      // Some programs take a second Ctrl-C for an order to drop everything.
      if (!(isTerminal && ofTerminal.has(signal))) child?.kill(signal);
    };
    try {
      process.on(signal, listener);
      listeners.set(signal, listener);
    } catch {
      // This system has no such signal.
    }
  }
  return new Promise<Ended>((resolve) => {
    const unstarted = (error: NodeJS.ErrnoException): void =>
      resolve(
        error.code === 'EACCES'
          ? { code: 126, signal: null, failure: `${file} may not be run` }
          : {
              code: 127,
              signal: null,
              failure: error.code === 'ENOENT' ? `there is no program ${file}` : error.message,
            },
      );
    try {
      child = spawn(file, args, { cwd, env, stdio: 'inherit' });
      child.once('error', (error) => {
        // One that runs may fail to be sent a signal, and goes on.
        if (child?.pid === undefined) unstarted(error);
      });
      child.once('exit', (code, signal) =>
        resolve({ code: signal === null ? (code ?? 1) : signalCode(signal), signal, failure: null }),
      );
    } catch (error) {
      unstarted(error as NodeJS.ErrnoException);
    }
  }).finally(() => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  });
}
