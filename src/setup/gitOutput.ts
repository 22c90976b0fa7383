import { execFile } from 'node:child_process';

/** How long git may take, in ms. */
const limit = 5_000;

/** What git answers, without the line's end; null where it fails, is missing or takes too long. */
export function gitOutput(folder: string, ...args: string[]): Promise<string | null> {
  const options = { cwd: folder, encoding: 'utf8', timeout: limit, windowsHide: true } as const;
  return new Promise((resolve) => {
    execFile('git', args, options, (error, stdout) => resolve(error ? null : stdout.trim()));
  });
}
