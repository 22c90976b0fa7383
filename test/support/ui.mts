import path from 'node:path';
import { say } from './progress.mts';
import type { RedisBinaries } from './redisBinary.mts';
import { type Checking, runScripts } from './scripts.mts';
import { none, type Tally } from './tally.mts';
import { temporaryFolder } from './temporary.mts';
import { installVsix, type ServerOptions, startServer } from './vscodeServer.mts';
import { Workbench } from './workbench.mts';
import type { PageOptions } from './workbenchPage.mts';

/** What a script in `test/vscode/ui` gets: it exports `run(ui: Ui): Promise<void>`. */
export interface Ui extends Checking {
  readonly redis: RedisBinaries;
  /** Opens a window of a fresh VS Code in which the VSIX is installed. It is closed when the script ends. */
  open(options?: Partial<ServerOptions> & PageOptions): Promise<Workbench>;
  /** Makes an empty folder that is removed when the script ends. */
  folder(): string;
}

function makeUi(checking: Checking, extensionsDir: string, redis: RedisBinaries): Ui {
  const folder = (): string => {
    const made = temporaryFolder('ui');
    checking.atEnd(() => made.remove());
    return made.folder;
  };
  return {
    ...checking,
    redis,
    folder,
    async open(options = {}) {
      const server = await startServer({ token: 'none', extensionsDir, ...options });
      checking.atEnd(() => server.stop());
      const window = await Workbench.open(server, { target: { folder: folder() }, ...options });
      checking.watch(window);
      checking.atEnd(() => window.close());
      return window;
    },
  };
}

/** Installs the VSIX once, and runs each script of `test/vscode/ui` (or those that are named) against it. */
export async function runUi(vsix: string, redis: RedisBinaries, names: readonly string[] = []): Promise<Tally> {
  const vsixDir = temporaryFolder('extensions');
  const tally = none();
  try {
    await installVsix(vsix, vsixDir.folder);
    say('VSIX installed');
    await runScripts(path.join('test', 'vscode', 'ui'), names, tally, (checking) =>
      makeUi(checking, vsixDir.folder, redis),
    );
  } finally {
    vsixDir.remove();
  }
  return tally;
}
