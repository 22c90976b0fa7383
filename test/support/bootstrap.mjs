// node test/support/bootstrap.mjs COMMAND ARGS…  runs test/support/COMMAND.mts.
//
// Plain JavaScript for any Node from 18 on: it makes sure the packages of package-lock.json are there, finds a Node new
// enough for everything else, and hands over to it. npm's pre and post scripts do not run here (.npmrc), so all
// set-up starts from this file.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const platform = `${process.platform}-${process.arch}`;
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** True when what npm noted in node_modules is what the lock asks for, so that one's own `npm ci` counts too. */
function sameAsLock(lockText) {
  const noted = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  const wanted = JSON.parse(lockText).packages;
  const found = readJson(noted).packages;
  return (
    Object.entries(wanted).every(
      ([path, p]) => path === '' || (found[path] ? found[path].version === p.version : p.optional === true),
    ) && Object.keys(found).every((path) => path in wanted)
  );
}

function npm(args, cwd) {
  const cli = process.env.npm_execpath;
  const viaNode = cli !== undefined && /npm-cli\.c?js$/.test(cli);
  return viaNode
    ? spawnSync(process.execPath, [cli, ...args], { cwd, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
}

function installPackages() {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const stamp = join(root, 'node_modules', '.installed-from');
  const mark = `${createHash('sha256').update(lockText).digest('hex')} ${platform}\n`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === mark) return;
  if (!sameAsLock(lockText)) {
    console.log('Installing the packages of package-lock.json (once; about 300 MB to download) …');
    const { status, error } = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], root);
    if (error) fail(`npm could not be started: ${error.message}`);
    if (status !== 0) fail('npm ci failed; what it said is above.');
  }
  writeFileSync(stamp, mark);
}

/** The folder of a Node 24 that came as a package (there is one a platform, all optional), if there is one. */
function packagedNode() {
  for (const name of ['node24', `node24-${platform.replace('win32', 'win')}`]) {
    const folder = join(root, 'node_modules', name);
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { os, cpu, bin } = readJson(manifest);
    const binary = join(folder, bin.node);
    if (os === process.platform && cpu === process.arch && existsSync(binary)) return binary;
  }
  return undefined;
}

function findNode() {
  const packaged = packagedNode();
  // It is linked against glibc: on musl it does not start, and then the Node that is running has to do.
  if (packaged && spawnSync(packaged, ['--version'], { stdio: 'ignore' }).status === 0) return packaged;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `Node ${process.versions.node} on ${platform} is too old for Signalbox's tools, and no newer one comes as a package` +
      ' for this platform. Install Node 24 and try again:\n  nvm install 24 && nvm use 24\nor take it from' +
      ' https://nodejs.org/en/download.',
  );
}

/** A process's parent and what it is called, where that can be found out. */
function processOf(pid) {
  if (process.platform === 'linux') {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent: Number(parent) };
  }
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, name] = /^\s*(\d+)\s+(?:.*\/)?(.*)$/m.exec(stdout ?? '') ?? [];
  return { name, parent: Number(parent) };
}

/** Our own parent and, when that is npm's shell, npm itself: whoever started us may be killed without a word. */
function starters() {
  if (process.platform === 'win32') return [];
  const pids = [process.ppid];
  if (process.env.npm_lifecycle_event) {
    const { name, parent } = processOf(process.ppid);
    if (/^-?(sh|bash|dash|zsh|ash|busybox)$/.test(name)) pids.push(parent);
  }
  return pids.filter((pid) => pid > 1);
}

const [command = '', ...args] = process.argv.slice(2);
const script = join(root, 'test', 'support', `${command}.mts`);
if (!/^[a-z]+$/.test(command) || !existsSync(script)) {
  fail(`There is no test/support/${command || 'COMMAND'}.mts to run.`);
}
const startedBy = starters();
installPackages();
const node = findNode();
const env = { ...process.env, SIGNALBOX_STARTED_BY: [process.pid, ...startedBy].join(' ') };
const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
env[pathName] = [dirname(node), join(root, 'node_modules', '.bin'), env[pathName]].filter(Boolean).join(delimiter);
// Node 22.18 says that stripping types is experimental, and every Node that our .ts files say not what modules they are.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
const child = spawn(node, [...quiet, script, ...args], { cwd: root, env, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
