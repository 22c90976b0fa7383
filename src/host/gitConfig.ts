import { execFile } from 'node:child_process';

/** What a repository has recorded for itself; empty where the folder is in none, nothing is recorded, or there is no git. */
export const readGitConfig = async (folder: string, key: string): Promise<string> =>
  (await git(folder, '--get', key)) ?? '';

/** Records something in the repository that a folder is in, or takes it out. Answers whether that worked. */
export async function writeGitConfig(folder: string, key: string, value: string | null): Promise<boolean> {
  return (await git(folder, ...(value === null ? ['--unset-all', key] : [key, value]))) !== null;
}

function git(folder: string, ...args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: 2000, windowsHide: true };
    execFile('git', ['config', ...args], options, (error, stdout) => resolve(error ? null : stdout.trim()));
  });
}
