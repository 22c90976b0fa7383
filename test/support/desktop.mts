import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnGuarded } from './guarded.mts';
import { quietSettings } from './vscodeSettings.mts';

export interface DesktopOptions {
  readonly folder: string;
  readonly vsix: string;
  /** Puts more into the folder of extensions before VS Code first looks there. */
  prepare(extensionsDir: string): void;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: NodeJS.ProcessEnv;
}

export interface DesktopVscode {
  /** Settles when its window was closed, or by `stop`. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

const shell = process.platform === 'win32';
/** On Windows `code` is a batch file, which goes through a shell that splits at blanks. */
const quoted = (argument: string): string => (shell ? `"${argument}"` : argument);

/** Opens the installed VS Code with user data and extensions of its own, which are removed when it has ended. */
export async function startDesktop(options: DesktopOptions): Promise<DesktopVscode> {
  const base = mkdtempSync(path.join(os.tmpdir(), 'signalbox-desktop-'));
  const userDataDir = path.join(base, 'user-data');
  const extensionsDir = path.join(base, 'extensions');
  mkdirSync(path.join(userDataDir, 'User'), { recursive: true });
  mkdirSync(extensionsDir);
  options.prepare(extensionsDir);
  const settings = { ...quietSettings, ...options.settings };
  writeFileSync(path.join(userDataDir, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  const own = ['--user-data-dir', quoted(userDataDir), '--extensions-dir', quoted(extensionsDir)];
  const env = Object.fromEntries(Object.entries(options.env).filter(([name]) => !/^(npm_|ELECTRON_)/i.test(name)));
  await new Promise<void>((resolve, reject) => {
    const args = [...own, '--install-extension', quoted(options.vsix), '--force'];
    const installing = spawn('code', args, { env, shell, stdio: ['ignore', 'ignore', 'inherit'] });
    installing.once('error', reject);
    installing.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`VS Code could not install the extension (${String(code)}).`)),
    );
  });
  const window = spawnGuarded(
    'code',
    [
      ...own,
      ...['--new-window', '--wait', '--skip-welcome', '--skip-release-notes', '--disable-workspace-trust'],
      ...['--disable-telemetry', '--disable-updates', quoted(options.folder)],
    ],
    // `code` only asks for the window: VS Code itself runs elsewhere, and writes its process id here.
    { env, remove: [base], pidFile: path.join(userDataDir, 'code.lock'), shell },
  );
  return {
    exited: window.exited,
    async stop() {
      await window.stop();
    },
  };
}
