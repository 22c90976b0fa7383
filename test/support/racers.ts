import { spawn } from 'node:child_process';

/** One process with a bare client of its own: it waits until the start is given, then makes its call, and gives the reply. */
export interface Racer {
  reply: Promise<string[]>;
}

/**
 * Starts a process for each call, `redis-cli` and nothing else. All block on a list of their own; `ready` lists, in the order
 * of the calls, what to push to for the start.
 */
export function racers(
  port: number,
  calls: readonly (readonly string[])[],
  name: string,
): { lists: string[]; replies: Promise<string[]>[] } {
  const lists = calls.map((_, i) => `${name}:${String(i)}`);
  const replies = calls.map((call, i) => {
    const child = spawn('redis-cli', ['-p', String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const quoted = call.map((part) => JSON.stringify(part)).join(' ');
    child.stdin.end(`BLPOP ${lists[i]!} 20\n${quoted}\n`);
    return new Promise<string[]>((resolve, reject) => {
      child.once('error', reject);
      // The first two lines are the list and what was pushed to it.
      child.once('close', () => resolve(output.trim().split('\n').slice(2)));
    });
  });
  return { lists, replies };
}
