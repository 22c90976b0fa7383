import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { root } from './paths.mts';
import { temporaryFolder } from './temporary.mts';
import { startServer, type ServerOptions, type VscodeServer } from './vscodeServer.mts';
import { openPage } from './workbenchPage.mts';

export interface HostRun {
  /** Folders of the extensions that this host has, beside VS Code's own. */
  readonly extensions: readonly string[];
  /** The folder that the window opens. */
  readonly folder?: string;
  /** What the module's `run` gets; as JSON. */
  readonly input?: unknown;
  readonly limitMs?: number;
}

/** Runs modules of ours inside fresh extension hosts of one served VS Code, each in a window of its own. */
export class ExtensionHosts {
  readonly #server: VscodeServer;
  readonly #temporary = temporaryFolder('hosts');
  readonly #bundles = new Map<string, Promise<unknown>>();
  #count = 0;
  #stopping = false;

  private constructor(server: VscodeServer) {
    this.#server = server;
  }

  static async start(options: Partial<ServerOptions> = {}): Promise<ExtensionHosts> {
    let log = '';
    const onOutput = (text: string): void => void (log = `${log}${text}`.slice(-5_000));
    const server = await startServer({ token: 'none', onOutput, ...options });
    const hosts = new ExtensionHosts(server);
    void server.exited.then((code) => {
      if (!hosts.#stopping) console.error(`VS Code's server ended with ${String(code)}:\n${log}`);
    });
    return hosts;
  }

  /** Opens a window, calls the exported `run(input)` of `entry` in its extension host, and gives the result, as JSON. */
  async run<T>(entry: string, { extensions, folder, input, limitMs = 120_000 }: HostRun): Promise<T> {
    const module = await this.#bundle(entry);
    const shim = path.join(this.#temporary.folder, `run-${String(++this.#count)}.cjs`);
    const answer = `${shim}.json`;
    writeFileSync(shim, shimText(module, answer, input));
    let log = '';
    const window = await openPage(this.#server, {
      ...(folder === undefined ? {} : { target: { folder } }),
      extensionDevelopmentPaths: extensions,
      extensionTestsPath: shim,
      onLog: (line) => (log = `${log}${line}\n`.slice(-5_000)),
    });
    try {
      await Promise.race([window.closed, delay(limitMs, undefined, { ref: false })]);
      if (!existsSync(answer))
        throw new Error(`The extension host gave no answer to ${entry}. Its log ends in:\n${log}`);
      const { error, value } = JSON.parse(readFileSync(answer, 'utf8')) as { error?: string; value: T };
      if (error !== undefined) throw new Error(error);
      return value;
    } finally {
      await window.browser.close();
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#server.stop();
    this.#temporary.remove();
  }

  async #bundle(entry: string): Promise<string> {
    const outfile = path.join(this.#temporary.folder, `${entry.replaceAll(/\W/g, '-')}.cjs`);
    const bundling = this.#bundles.get(entry) ?? bundle(path.resolve(root, entry), outfile);
    this.#bundles.set(entry, bundling);
    await bundling;
    return outfile;
  }
}

const bundle = (entry: string, outfile: string): Promise<unknown> =>
  build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] });

/** The answer is written, and not returned: a window also closes with success when its extension host has died. */
const shimText = (module: string, answer: string, input: unknown): string => `
const { renameSync, writeFileSync } = require('node:fs');
exports.run = async () => {
  let answer;
  try {
    answer = { value: await require(${JSON.stringify(module)}).run(${JSON.stringify(input) ?? 'undefined'}) };
  } catch (error) {
    answer = { error: String((error && error.stack) || error) };
  }
  writeFileSync(${JSON.stringify(`${answer}.part`)}, JSON.stringify(answer));
  renameSync(${JSON.stringify(`${answer}.part`)}, ${JSON.stringify(answer)});
};
`;
