import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Emitter, type Event } from '../protocol/emitter.ts';
import { barePing, type BareAnswer } from './barePing.ts';
import { UserError } from './userError.ts';

/** A Redis server that is ours: it listens on loopback only, and ends with us. */
export interface LocalServer {
  readonly url: string;
  readonly port: number;
  /** Of the server itself. */
  readonly pid: number;
  readonly folder: string;
  /** Ends the server and, unless it was given one, removes its folder. Resolves when both is done. */
  stop(): Promise<void>;
  /** The server ended, whoever ended it. */
  readonly onExit: Event<void>;
}

export interface LocalServerOptions {
  /** Path of redis-server or valkey-server. */
  binary: string;
  /** Where its data lives; a temporary folder of its own by default. */
  folder?: string;
  /** A free one by default. */
  port?: number;
  /** Further lines of configuration as arguments, for example `['--appendonly', 'yes']`. */
  args?: readonly string[];
}

/** Where package managers put servers that a program started from a desktop does not have on its PATH. */
const usualFolders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** Finds redis-server or valkey-server on the PATH of `env` or where they usually are. */
export function findRedisServer(env: NodeJS.ProcessEnv): string | null {
  return findProgram(['redis-server', 'valkey-server'], env);
}

/** The first of `names` that the PATH of `env`, or a folder where package managers put programs, has. */
export function findProgram(names: readonly string[], env: NodeJS.ProcessEnv): string | null {
  const folders = [...(env['PATH'] ?? '').split(path.delimiter).filter(Boolean), ...usualFolders];
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here.
      }
    }
  }
  return null;
}

/**
 * Runs the server as a child of a small shell that holds a pipe from us. When the pipe closes, be it by `stop` or
 * because our process was killed, the shell ends the server and removes its folder.
 */
const guard = `
remove=$1; shift
exec 3<&0
# Our end of the pipes may be gone already; that must not end the guard before it has cleaned up.
trap '' PIPE
# Its number is told before it begins, and thus before anything that it says itself.
/bin/sh -c 'echo "pid $$"; exec "$@"' signalbox-redis "$@" </dev/null & server=$!
( read -r _ <&3; kill "$server" 2>/dev/null ) & watcher=$!
wait "$server"; status=$?
kill "$watcher" 2>/dev/null
[ -n "$remove" ] && rm -rf -- "$remove"
exit "$status"`;

const startLimit = 10_000;
/** Loaded and listening. */
const answers = new Set<BareAnswer>(['pong', 'auth']);

/** Nothing is kept unless asked for: a demo's data has no tomorrow. */
export const keepNothing = ['--save', '', '--appendonly', 'no'] as const;

/**
 * Starts a server on 127.0.0.1 and waits until it answers.
 * @throws UserError when it cannot be started, with the last line it wrote
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const command = (port: number, folder: string): string[] => {
    const server = [options.binary, '--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
    return [...server, ...keepNothing, ...(options.args ?? [])];
  };
  return startGuarded({ ...options, command, limit: startLimit });
}

/** A command that serves Redis on a port of 127.0.0.1 until it gets SIGTERM. */
export interface GuardedOptions {
  folder?: string;
  port?: number;
  command: (port: number, folder: string) => readonly string[];
  /** How long it may take until it answers, in ms. */
  limit: number;
}

/**
 * Runs the command until it is stopped or this process ends, and waits until a server answers.
 * @throws UserError as `startLocalServer` does
 */
export async function startGuarded(options: GuardedOptions): Promise<LocalServer> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'signalbox-redis-'));
  const port = options.port ?? (await freePort());
  const ours = options.folder === undefined ? folder : '';
  const shell = spawn('/bin/sh', ['-c', guard, 'signalbox-redis', ours, ...options.command(port, folder)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // A group of its own: Ctrl-C in our terminal is for us, and we end the server in our order.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => {
    shell.once('error', () => resolve());
    shell.once('exit', () => resolve());
  });
  const onExit = new Emitter<void>();
  void exited.then(() => onExit.fire());
  const stop = async (): Promise<void> => {
    shell.stdin?.end();
    await exited;
    if (ours) rmSync(ours, { recursive: true, force: true });
  };
  shell.stdin?.on('error', () => {});
  try {
    const pid = await serverReady(shell, exited, port, options.limit);
    return { url: `redis://127.0.0.1:${port}`, port, pid, folder, stop, onExit: onExit.event };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves with the server's pid once it accepts connections and has loaded its data. */
async function serverReady(shell: ChildProcess, exited: Promise<void>, port: number, limit: number): Promise<number> {
  let output = '';
  let last = '';
  const deadline = Date.now() + limit;
  shell.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(0, 64);
    last = text.trim().split('\n').at(-1) || last;
  });
  let gone = false;
  void exited.then(() => (gone = true));
  while (!gone && Date.now() < deadline) {
    const pid = /^pid (\d+)\n/.exec(output)?.[1];
    if (pid && answers.has(await barePing('127.0.0.1', port, 1_000))) return Number(pid);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new UserError({ code: 'not-started', what: 'server', detail: last || '?' });
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
