// npm start: opens VS Code with Signalbox in it and a demo fleet to look at, until Ctrl-C. See `usage`.
import { cpSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Demo, startDemo } from './demo.mts';
import { startDesktop } from './desktop.mts';
import { onPath } from './onPath.mts';
import { root } from './paths.mts';
import { during, say } from './progress.mts';
import { quietly } from './quietly.mts';
import { ensureRedis, withRedis } from './redisBinary.mts';
import { chooseVscode } from './startChoice.mts';
import { readStartOptions, type StartOptions, usage } from './startOptions.mts';
import { endWithStarter } from './starter.mts';
import { temporaryFolder } from './temporary.mts';
import { assertPortIsFree, installVsix, startServer } from './vscodeServer.mts';
import { setUpVscode } from './vscodeSetup.mts';

const vsix = path.join(root, 'signalbox.vsix');
/** What has to be undone at the end, last started first. */
const ends: (() => unknown)[] = [];
let ending: Promise<never> | undefined;

/** Stops everything that was started, and exits. */
function end(code: number): Promise<never> {
  ending ??= (async () => {
    for (const undo of ends.toReversed()) {
      await Promise.resolve()
        .then(undo)
        .catch((error: unknown) => console.error(error));
    }
    process.exit(code);
  })();
  return ending;
}

function fail(error: unknown): Promise<never> {
  if (!ending) console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  return end(1);
}

/** Builds and packages the extension; what the tools print is only shown when they fail. */
async function packageExtension(): Promise<void> {
  const shell = process.platform === 'win32';
  const { code, output } = await quietly('npm', ['run', '--silent', 'vsix'], { cwd: root, shell });
  if (code !== 0) throw new Error(`${output}\nThe extension could not be built; the reason is above.`);
}

/** The folder that is opened where there is no demo and none was named. */
function emptyWorkspace(): string {
  const { folder } = temporaryFolder('workspace');
  const text =
    '# Signalbox on your own Redis\n\nThis folder is thrown away at the end. Claims are shown on the files of the folder' +
    ' that is open: to see those of a project, start with `npm start -- --redis-url URL --folder DIR`.\n';
  writeFileSync(path.join(folder, 'README.md'), text);
  return folder;
}

function existingFolder(folder: string): string {
  const full = path.resolve(process.env['INIT_CWD'] ?? root, folder);
  if (statSync(full, { throwIfNoEntry: false })?.isDirectory() !== true) throw new Error(`There is no folder ${full}.`);
  return full;
}

/** A small extension that shows the side bar; VS Code takes up what lies there when it first looks. */
function addOpener(extensionsDir: string): void {
  mkdirSync(extensionsDir, { recursive: true });
  cpSync(path.join(import.meta.dirname, 'opener'), path.join(extensionsDir, 'signalbox-start.opener-1.0.0'), {
    recursive: true,
  });
}

interface Opening {
  readonly folder: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: NodeJS.ProcessEnv;
}

async function openWeb(port: number, { folder, settings, env }: Opening): Promise<string> {
  const { folder: extensionsDir } = temporaryFolder('extensions');
  addOpener(extensionsDir);
  await during('Installing Signalbox in it', () => installVsix(vsix, extensionsDir));
  const server = await startServer({ token: 'random', port, settings, extensionsDir, env, remove: [extensionsDir] });
  ends.push(() => server.stop());
  void server.exited.then(() => fail('VS Code has ended.'));
  return server.url({ folder });
}

async function openDesktop({ folder, settings, env }: Opening): Promise<string> {
  const window = await during('Opening VS Code', () =>
    startDesktop({ folder, vsix, settings, env, prepare: addOpener }),
  );
  ends.push(() => window.stop());
  void window.exited.then(() => end(0));
  return folder;
}

/** The command line has to be told where the fleet is: its Redis listens where no other does. */
const inTerminal = ({ url, namespace }: Demo): string =>
  `node ${path.join('dist', 'signalbox.cjs')} --url ${url} --namespace ${namespace} status`;

async function start(options: StartOptions): Promise<void> {
  const choice = chooseVscode({
    platform: process.platform,
    env: process.env,
    hasCode: onPath('code') !== undefined,
    root: process.getuid?.() === 0,
    asked: options.asked,
  });
  const web = choice.vscode === 'web';
  say(`VS Code: ${web ? 'served, in your browser' : 'the installed one'}${choice.because && ` (${choice.because})`}`);
  if (web && options.port !== 0) await assertPortIsFree(options.port);
  const named = options.folder === undefined ? undefined : existingFolder(options.folder);
  const ownRedis = options.redisUrl !== undefined;
  const env = ownRedis ? process.env : withRedis(await ensureRedis());
  await Promise.all([during('Building Signalbox', packageExtension), web ? setUpVscode() : undefined]);

  let demo: Demo | undefined;
  if (!ownRedis) {
    const what = options.agents === 0 ? 'Redis' : `Redis and a fleet of ${String(options.agents)} agents`;
    demo = await during(`Starting ${what}`, () => startDemo(options.agents, env));
    const started = demo;
    ends.push(() => started.stop());
    void started.exited.then(() => fail('The demo has ended.'));
  }
  const opening: Opening = {
    folder: named ?? demo?.folder ?? emptyWorkspace(),
    env,
    settings: {
      'signalbox.redis.url': demo?.url ?? options.redisUrl,
      'signalbox.namespace': demo?.namespace ?? 'auto',
    },
  };
  const where = web ? await openWeb(options.port, opening) : await openDesktop(opening);
  const look = demo ? `\nFrom a terminal: ${inTerminal(demo)}\n` : '';
  console.log(
    `\nSignalbox is running: ${where}\n${look}\n${web ? 'Open it in a browser. ' : ''}Ctrl-C stops everything.`,
  );
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!ending) console.log('\nStopping …');
    void end(0);
  });
}
// A terminal that was closed takes what we print no more.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
endWithStarter();
try {
  const options = readStartOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await start(options);
} catch (error) {
  await fail(error);
}
