import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Makes a repository with one commit of these files; gives its folder as programs name it. */
export function makeRepository(folder: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], { cwd: folder });
  git('init', '-q', '-b', 'main');
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  git('add', '.');
  git('commit', '-q', '-m', 'begin');
  return realpathSync(folder);
}

export const linesOf = (folder: string, file: string): string[] =>
  readFileSync(path.join(folder, file), 'utf8').split('\n');
