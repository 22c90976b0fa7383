import path from 'node:path';
import { filesIn } from './paths.mts';
import { say, seconds } from './progress.mts';
import type { RedisBinaries } from './redisBinary.mts';
import { none, type Tally } from './tally.mts';
import { temporaryFolder } from './temporary.mts';
import { installVsix, type ServerOptions, startServer } from './vscodeServer.mts';
import { Workbench } from './workbench.mts';
import type { PageOptions } from './workbenchPage.mts';

/** What a script in `test/vscode/ui` gets: it exports `run(ui: Ui): Promise<void>`. */
export interface Ui {
  readonly redis: RedisBinaries;
  /** Opens a window of a fresh VS Code in which the VSIX is installed. It is closed when the script ends. */
  open(options?: Partial<ServerOptions> & PageOptions): Promise<Workbench>;
  /** Makes an empty folder that is removed when the script ends. */
  folder(): string;
  /** Has something done when the script ends, last given first done. */
  atEnd(work: () => unknown): void;
  /** One check with a name. A failure is counted and shown, and the script goes on. */
  check(name: string, work: () => unknown): Promise<void>;
}

interface Script {
  run(ui: Ui): Promise<void>;
}

async function runScript(file: string, vsixDir: string, redis: RedisBinaries, tally: Tally): Promise<void> {
  const name = path.basename(file, '.mts');
  const ends: (() => unknown)[] = [];
  const windows: Workbench[] = [];
  const failed = async (title: string, error: unknown): Promise<void> => {
    tally.failed += 1;
    console.log(`    ✗ ${title}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    for (const [index, window] of windows.entries()) {
      const shown = await window
        .picture(`failed-${name}-${String(tally.failed)}-${String(index)}`)
        .catch(() => undefined);
      if (shown !== undefined) console.log(`      picture: ${shown}`);
    }
  };
  const folder = (): string => {
    const made = temporaryFolder('ui');
    ends.push(() => made.remove());
    return made.folder;
  };
  const ui: Ui = {
    redis,
    folder,
    atEnd: (work) => ends.push(work),
    async open(options = {}) {
      const server = await startServer({ token: 'none', extensionsDir: vsixDir, ...options });
      ends.push(() => server.stop());
      const window = await Workbench.open(server, { target: { folder: folder() }, ...options });
      windows.push(window);
      ends.push(() => window.close());
      return window;
    },
    async check(title, work) {
      const from = performance.now();
      try {
        await work();
        tally.passed += 1;
        console.log(`    ✓ ${title} (${seconds(from)})`);
      } catch (error) {
        await failed(title, error);
      }
    },
  };
  console.log(`\n  ${name}`);
  const before = tally.passed + tally.failed;
  try {
    const script = (await import(file)) as Script;
    await script.run(ui);
    if (tally.passed + tally.failed === before) throw new Error('The script checked nothing.');
  } catch (error) {
    await failed('the script runs to its end', error);
  } finally {
    for (const end of ends.toReversed()) await Promise.resolve(end()).catch((error: unknown) => say(String(error)));
  }
}

/** Installs the VSIX once, and runs each script of `test/vscode/ui` (or those that are named) against it. */
export async function runUi(vsix: string, redis: RedisBinaries, names: readonly string[] = []): Promise<Tally> {
  const files = filesIn(path.join('test', 'vscode', 'ui'), '.mts').filter(
    (file) => names.length === 0 || names.includes(path.basename(file, '.mts')),
  );
  if (files.length === 0) throw new Error('No ui script was run.');
  const vsixDir = temporaryFolder('extensions');
  const tally = none();
  try {
    await installVsix(vsix, vsixDir.folder);
    say('VSIX installed');
    for (const file of files) await runScript(file, vsixDir.folder, redis, tally);
  } finally {
    vsixDir.remove();
  }
  return tally;
}
