import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';

/** A process, and the words that it was started with as far as they can be read. */
export interface Ancestor {
  readonly pid: number;
  readonly line: string;
}

interface Listed extends Ancestor {
  readonly parent: number;
}

/** Longest chain that is followed, and of a command line what is read, in bytes. */
const most = { levels: 64, line: 4096 } as const;
/** Longer than this, in ms, nobody waits to learn who started whom. */
const limit = 5_000;

/**
 * A process of this machine and those that started it, nearest first; empty where it has ended, and null where this system does
 * not tell. Never rejects.
 */
export async function ancestorsOf(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<Ancestor[] | null> {
  if (platform === 'linux') return chainOf(pid, linuxProcess);
  const listed = await list(platform);
  if (listed === null) return null;
  const known = processesIn(listed);
  return chainOf(pid, (each) => known.get(each) ?? null);
}

/** The processes among lines of a number, that of the parent, and a command line. */
export function processesIn(lines: string): Map<number, Listed> {
  const found = new Map<number, Listed>();
  for (const text of lines.split('\n')) {
    const [, pid, parent, line = ''] = /^\s*(\d+)\s+(\d+)(?:\s+(.*?))?\s*$/.exec(text.slice(0, most.line)) ?? [];
    if (pid !== undefined) found.set(Number(pid), { pid: Number(pid), parent: Number(parent), line });
  }
  return found;
}

/** Follows parents up to the first process of all. Numbers are used again, so a circle is possible. */
export async function chainOf(
  pid: number,
  look: (pid: number) => Listed | null | Promise<Listed | null>,
): Promise<Ancestor[]> {
  const chain: Ancestor[] = [];
  for (let at = pid; at > 1 && chain.length < most.levels && !chain.some((each) => each.pid === at);) {
    const found = await look(at);
    if (found === null) break;
    chain.push({ pid: at, line: found.line });
    at = found.parent;
  }
  return chain;
}

async function linuxProcess(pid: number): Promise<Listed | null> {
  try {
    const [stat, line] = await Promise.all([beginningOf(`/proc/${pid}/stat`), beginningOf(`/proc/${pid}/cmdline`)]);
    // The second behind the name, which stands in brackets and may itself hold brackets and spaces.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
    return { pid, parent, line: line.replaceAll('\0', ' ') };
  } catch {
    return null;
  }
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(most.line), 0, most.line, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What a system without /proc prints of all its processes; null where it cannot. */
function list(platform: NodeJS.Platform): Promise<string | null> {
  if (platform !== 'win32') return outputOf('ps', ['-A', '-ww', '-o', 'pid=,ppid=,command=']);
  const each = `'{0} {1} {2}' -f $_.ProcessId, $_.ParentProcessId, $_.CommandLine`;
  const script = `Get-CimInstance Win32_Process | ForEach-Object { ${each} }`;
  return outputOf('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]);
}

function outputOf(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: limit, maxBuffer: 16 * 1024 * 1024, windowsHide: true };
    const child = execFile(program, args, options, (error, stdout) => resolve(error ? null : stdout));
    child.stdin?.end();
  });
}
