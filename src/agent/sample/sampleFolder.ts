import { execFile } from 'node:child_process';
import { mkdir, open, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withCommentLine } from './commentLine.ts';
import { sampleFiles, sampleReadme, workFiles } from './sampleFiles.ts';

const run = promisify(execFile);

/** The sample workspace on disk. Whoever made its parent folder removes it. */
export class SampleFolder {
  readonly path: string;
  /** What agents work on, relative to the folder. */
  readonly files: readonly string[] = workFiles;

  constructor(path: string) {
    this.path = path;
  }

  /** Adds a comment line as an agent would edit. A file that somebody has deleted or moved stays so. */
  async edit(path: string, who: string, note: string): Promise<void> {
    if (!this.files.includes(path)) return;
    let file: FileHandle;
    try {
      file = await open(join(this.path, path), 'r+');
    } catch {
      return;
    }
    try {
      const edited = withCommentLine(path, await file.readFile('utf8'), who, note);
      if (edited === null) return;
      await file.truncate(0);
      await file.write(edited, 0);
    } finally {
      await file.close();
    }
  }
}

/** Writes the sample workspace, as a repository where git is installed, so that changed files show as such. */
export async function createSampleFolder(path: string, url: string, namespace: string): Promise<SampleFolder> {
  const contents = { ...sampleFiles, 'README.md': sampleReadme(url, namespace) };
  for (const [name, text] of Object.entries(contents)) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await commitAll(path, namespace).catch(() => {});
  return new SampleFolder(path);
}

async function commitAll(path: string, namespace: string): Promise<void> {
  // A person's own settings (hooks, signing, templates) have no business in a throw-away repository.
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...args: string[]): Promise<void> => {
    await run('git', ['-c', 'user.name=Signalbox', '-c', 'user.email=demo@localhost', ...args], { cwd: path, env });
  };
  await git('init', '--quiet', '--template=', '--initial-branch=main');
  // So that the CLI and the extension find the demo's fleet by being in its folder.
  await git('config', 'signalbox.namespace', namespace);
  await git('add', '--all');
  await git('commit', '--quiet', '--message=Open the lamp shop');
}
