import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { spawnGuarded } from './guarded.mts';
import { quietly } from './quietly.mts';
import { quietSettings, restrictedSettings } from './vscodeSettings.mts';
import { setUpVscode, vscodeRoot } from './vscodeSetup.mts';

export interface ServerOptions {
  /** `random` makes one up; `none` lets anyone on this machine in, which only tests may do. */
  readonly token: 'random' | 'none';
  /** A fixed port, or 0 for any free one. */
  readonly port?: number;
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Where extensions are, and user data go; by default fresh folders that are removed when the server has stopped. */
  readonly extensionsDir?: string;
  readonly userDataDir?: string;
  /** Environment of the server, and so of the extension host and its terminals. */
  readonly env?: NodeJS.ProcessEnv;
  /** More folders to remove when the server has stopped. */
  readonly remove?: readonly string[];
  readonly onOutput?: (text: string) => void;
  /** Folders are opened in Restricted Mode until somebody trusts them; otherwise everything is trusted. */
  readonly restricted?: boolean;
}

export interface VscodeServer {
  /** `127.0.0.1:PORT`. */
  readonly authority: string;
  /** The address at which a browser opens the folder (or the `.code-workspace` file), with the token in it. */
  url(target?: { folder: string } | { workspace: string }): string;
  /** Replaces the user settings (the quiet ones stay below) for windows that are opened or reloaded after this. */
  writeSettings(settings: Readonly<Record<string, unknown>>): void;
  /** Settles when the server has ended, by itself or by `stop`. */
  readonly exited: Promise<number>;
  /** Stops the server with all its processes and removes its folders. */
  stop(): Promise<void>;
}

/** What must not reach the server: npm's variables, and those by which a VS Code around us would be taken for ours. */
const notInherited = /^(npm_|NODE_OPTIONS$|ELECTRON_RUN_AS_NODE$|VSCODE_|SIGNALBOX_STARTED_BY$|INIT_CWD$)/i;

function serverEnv(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !notInherited.test(name)));
}

/** The path of a socket may have about 100 characters, half of which macOS's own folder would take. */
const shortTemporaryFolder = process.platform === 'darwin' ? '/tmp' : os.tmpdir();

const serverMain = path.join(vscodeRoot, 'out', 'server-main.js');

/** Installs a VSIX for every server that is started with this `extensionsDir`. */
export async function installVsix(vsix: string, extensionsDir: string): Promise<void> {
  await setUpVscode();
  mkdirSync(extensionsDir, { recursive: true });
  const args = ['--install-extension', vsix, '--force', '--extensions-dir', extensionsDir];
  const data = ['--server-data-dir', path.join(extensionsDir, '.data'), '--accept-server-license-terms'];
  const { code, output } = await quietly(process.execPath, [serverMain, ...args, ...data], { env: serverEnv() });
  if (code !== 0) throw new Error(`VS Code could not install ${vsix}:\n${output}`);
}

/** Rejects with a clear error when something else listens on this port of 127.0.0.1. */
export function assertPortIsFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          error.code === 'EADDRINUSE'
            ? `Port ${String(port)} is taken by another program. Choose another one with --port, or leave it out for any free one.`
            : `Port ${String(port)} cannot be used: ${error.message}`,
        ),
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

/** How long the server may take until it listens, in ms. */
const startLimit = 60_000;

/** Starts VS Code's server on 127.0.0.1 and waits until it listens. It ends with this process, however that ends. */
export async function startServer(options: ServerOptions): Promise<VscodeServer> {
  await setUpVscode();
  const port = options.port ?? 0;
  if (port !== 0) await assertPortIsFree(port);
  const base = mkdtempSync(path.join(shortTemporaryFolder, 'signalbox-vscode-'));
  // Sockets and caches that VS Code would leave in the folder for temporary files go with everything else.
  const temporary = path.join(base, 'tmp');
  mkdirSync(temporary);
  const userDataDir = options.userDataDir ?? path.join(base, 'user-data');
  const extensionsDir = options.extensionsDir ?? path.join(base, 'extensions');
  mkdirSync(extensionsDir, { recursive: true });
  const writeSettings = (settings: Readonly<Record<string, unknown>>): void => {
    // code-server keeps user settings on the server's disk; elsewhere the web workbench keeps them in the browser.
    mkdirSync(path.join(userDataDir, 'User'), { recursive: true });
    // A terminal is the user's own: what is put there must not go when the server stops.
    const own = { TMPDIR: process.env['TMPDIR'] ?? null };
    const terminals = { 'terminal.integrated.env.linux': own, 'terminal.integrated.env.osx': own };
    const trust = options.restricted ? restrictedSettings : {};
    const text = JSON.stringify(
      { ...quietSettings, ...trust, ...terminals, ...options.settings, ...settings },
      null,
      2,
    );
    writeFileSync(path.join(userDataDir, 'User', 'settings.json'), text);
  };
  writeSettings({});
  const token = options.token === 'random' ? randomBytes(16).toString('hex') : undefined;
  const server = spawnGuarded(
    process.execPath,
    [
      ...[serverMain, '--host', '127.0.0.1', '--port', String(port)],
      ...(token === undefined ? ['--without-connection-token'] : ['--connection-token', token]),
      ...['--server-data-dir', base, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir],
      ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-telemetry', '--disable-experiments'],
      ...(options.restricted ? [] : ['--disable-workspace-trust']),
      ...['--disable-getting-started-override', '--disable-update-check'],
      // Otherwise the extension host gets the environment of a login shell in place of ours.
      '--force-disable-user-env',
    ],
    { env: { ...serverEnv(options.env), TMPDIR: temporary }, remove: [base, ...(options.remove ?? [])] },
  );
  const listening = await new Promise<number>((resolve, reject) => {
    let log = '';
    const seen = (chunk: Buffer): void => {
      log += chunk.toString();
      options.onOutput?.(chunk.toString());
      const [, found] = /listening on (\d+)/.exec(log) ?? [];
      if (found === undefined) return;
      // The limit is for starting only: a server that runs is not to be stopped by it a minute later.
      clearTimeout(timer);
      resolve(Number(found));
    };
    const timer = setTimeout(() => void server.stop(), startLimit);
    timer.unref();
    server.stdout.on('data', seen);
    server.stderr.on('data', seen);
    void server.exited.then((code) => reject(new Error(`VS Code's server did not start (${String(code)}):\n${log}`)));
  });
  const authority = `127.0.0.1:${String(listening)}`;
  return {
    authority,
    url(target) {
      const query = new URLSearchParams({
        ...(token === undefined ? {} : { tkn: token }),
        ...(target ?? { ew: 'true' }),
      });
      // Slashes may stand in a query as they are, and a person can read them then.
      return `http://${authority}/?${query.toString().replaceAll('%2F', '/')}`;
    },
    writeSettings,
    exited: server.exited,
    async stop() {
      await server.stop();
    },
  };
}
