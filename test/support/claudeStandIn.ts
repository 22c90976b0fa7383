import { spawn, type ChildProcess } from 'node:child_process';

/**
 * A stand-in for a session of Claude Code: a real process in a folder whose command line looks like the client's, and which
 * does nothing but wait until it is ended, or until its input ends with the test's own process.
 */
export async function claudeStandIn(folder: string, ...args: string[]): Promise<{ pid: number; end(): Promise<void> }> {
  const script = "process.stdin.resume().on('end', () => process.exit()); process.stdout.write('up')";
  const child: ChildProcess = spawn(process.execPath, ['-e', script, '--', ...args], {
    cwd: folder,
    argv0: 'claude',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout?.once('data', resolve);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    pid: child.pid ?? 0,
    end: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
