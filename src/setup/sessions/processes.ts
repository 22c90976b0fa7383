import { execFile } from 'node:child_process';
import { open, readdir, readlink, stat } from 'node:fs/promises';
import { isClaudeSession } from './client.ts';

/** A process of this user in which a Claude Code session runs. */
export interface ClaudeProcess {
  pid: number;
  /** The folder in which it works now. */
  folder: string;
}

interface Candidate {
  pid: number;
  parent: number;
}

/** Of a command line, in bytes: the flags behind the program may hold a whole prompt. */
const mostOfLine = 4096;
/** Longer than this, in ms, nobody waits to learn who runs. */
const limit = 2_000;

/**
 * The Claude Code sessions of this user on this machine; null where that cannot be told, as on Windows. Takes 2 s at most
 * and never rejects: what ends or hides meanwhile is left out.
 */
export async function claudeProcesses(platform: NodeJS.Platform = process.platform): Promise<ClaudeProcess[] | null> {
  if (platform === 'linux') return linuxProcesses();
  return platform === 'darwin' ? macProcesses() : null;
}

async function linuxProcesses(): Promise<ClaudeProcess[] | null> {
  const until = performance.now() + limit;
  const user = process.getuid?.();
  let names: string[];
  try {
    names = await readdir('/proc');
  } catch {
    return null;
  }
  const found: Candidate[] = [];
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    if (performance.now() > until) break;
    try {
      if ((await stat(`/proc/${name}`)).uid !== user) continue;
      if (!isClaudeSession((await beginningOf(`/proc/${name}/cmdline`)).split('\0'))) continue;
      found.push({ pid: Number(name), parent: parentIn(await beginningOf(`/proc/${name}/stat`)) });
    } catch {
      // It has ended meanwhile.
    }
  }
  const placed = await Promise.all(
    innermost(found).map(async ({ pid }) => ({ pid, folder: await readlink(`/proc/${pid}/cwd`).catch(() => null) })),
  );
  return placed.filter((each): each is ClaudeProcess => each.folder !== null);
}

async function macProcesses(): Promise<ClaudeProcess[] | null> {
  const user = String(process.getuid?.() ?? '');
  const listed = await outputOf('ps', ['-ww', '-U', user, '-o', 'pid=,ppid=,command=']);
  if (listed === null) return null;
  const pids = innermost(candidatesIn(listed)).map(({ pid }) => pid);
  if (pids.length === 0) return [];
  const folders = await outputOf('lsof', ['-a', '-d', 'cwd', '-Fpn', '-p', pids.join(',')]);
  return folders === null ? null : foldersIn(folders);
}

/** The sessions among lines of `ps -o pid=,ppid=,command=`. */
export function candidatesIn(lines: string): Candidate[] {
  const found: Candidate[] = [];
  for (const line of lines.split('\n')) {
    const [, pid, parent, words = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line.slice(0, mostOfLine)) ?? [];
    if (pid === undefined || !isClaudeSession(words.split(/\s+/))) continue;
    found.push({ pid: Number(pid), parent: Number(parent) });
  }
  return found;
}

/** The folders of processes as `lsof -Fpn` prints them: a line with the number, and one with the name. */
export function foldersIn(lines: string): ClaudeProcess[] {
  const found: ClaudeProcess[] = [];
  let pid: number | null = null;
  for (const line of lines.split('\n')) {
    if (/^p\d+$/.test(line)) pid = Number(line.slice(1));
    else if (line.startsWith('n') && pid !== null) {
      found.push({ pid, folder: line.slice(1) });
      pid = null;
    }
  }
  return found;
}

/** A launcher stays beside the client that it started, and is no session of its own. */
function innermost(found: readonly Candidate[]): Candidate[] {
  const launchers = new Set(found.map(({ parent }) => parent));
  return found.filter(({ pid }) => !launchers.has(pid));
}

/** The second number behind the name, which stands in brackets and may itself hold brackets and spaces. */
function parentIn(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostOfLine), 0, mostOfLine, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What a program prints; null where it cannot be run or takes too long. A code other than 0 does not matter. */
function outputOf(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: limit, maxBuffer: 16 * 1024 * 1024, windowsHide: true };
    const child = execFile(program, args, options, (error, stdout) =>
      resolve(error !== null && (typeof error.code === 'string' || error.killed === true) ? null : stdout),
    );
    child.stdin?.end();
  });
}
