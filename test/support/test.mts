// npm test [-- STEP… | --long | --claude | --grep TEXT]  checks, builds and tests everything, or only the named steps.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureClient, installedClient } from './claude/client.mts';
import { runPanel } from './panelSuite.mts';
import { root } from './paths.mts';
import { say, seconds } from './progress.mts';
import { ensureRedis, type RedisBinaries, withRedis } from './redisBinary.mts';
import { fetchRedisPy } from './redisPy.mts';
import { endWithStarter } from './starter.mts';
import { runBundles, runInVscode } from './suites.mts';
import { add, none, type Tally } from './tally.mts';
import { exitOnSignals } from './temporary.mts';
import { runUi } from './ui.mts';
import { setUpVscode } from './vscodeSetup.mts';
import { checkVsix } from './vsixCheck.mts';

interface Step {
  readonly title: string;
  /** Steps that have to come before this one, also when only this one is asked for. */
  readonly needs: readonly string[];
  run(): Promise<Tally | void>;
}

const { values, positionals } = parseArgs({
  options: {
    long: { type: 'boolean' },
    claude: { type: 'boolean' },
    grep: { type: 'string' },
    ui: { type: 'string', multiple: true },
    panel: { type: 'string', multiple: true },
  },
  allowPositionals: true,
});

let redis: RedisBinaries | undefined;
const env = (): NodeJS.ProcessEnv => ({
  ...(redis ? withRedis(redis) : process.env),
  ...(values.long ? { TEST_LONG: '1' } : {}),
  ...(values.grep === undefined ? {} : { MOCHA_GREP: values.grep }),
});

function command(program: string, ...args: string[]): Promise<void> {
  const shell = process.platform === 'win32' && program === 'npm';
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${path.basename(program)} ${args.join(' ')}: exit code ${String(code)}`)),
    );
  });
}

const steps: Readonly<Record<string, Step>> = {
  check: { title: 'Types, lint and format', needs: [], run: () => command('npm', 'run', '--silent', 'check') },
  build: {
    title: 'Build',
    needs: [],
    async run() {
      await command(process.execPath, 'esbuild.mjs');
      await command(process.execPath, 'esbuild.mjs', '--tests');
    },
  },
  server: {
    title: 'A Redis server',
    needs: [],
    async run() {
      redis = await ensureRedis();
      say(redis.server);
    },
  },
  unit: { title: 'Unit tests', needs: ['build'], run: () => runBundles('unit', env()) },
  panel: { title: 'The panel alone in a browser', needs: ['build'], run: () => runPanel(values.panel) },
  redis: {
    title: 'Tests against Redis',
    needs: ['build', 'server'],
    async run() {
      await fetchRedisPy();
      return runBundles('redis', env());
    },
  },
  claude: {
    title: 'Tests with the real Claude Code',
    needs: ['build', 'server'],
    async run() {
      const client = values.claude ? await ensureClient() : installedClient();
      if (client !== undefined) return runBundles('claude', { ...env(), CLAUDE_CLIENT_BIN: client });
      say('Not installed here; `npm run test:claude` installs it into .cache and runs these tests.');
      return undefined;
    },
  },
  vsix: {
    title: 'Package the extension',
    needs: [],
    async run() {
      await command('npm', 'run', '--silent', 'vsix');
      checkVsix();
    },
  },
  vscode: {
    title: 'Tests inside VS Code',
    needs: ['build', 'server'],
    async run() {
      await setUpVscode();
      return runInVscode(env());
    },
  },
  ui: {
    title: 'The extension in the workbench',
    needs: ['server', 'vsix'],
    async run() {
      if (!redis) throw new Error('The step "server" comes before this one.');
      Object.assign(process.env, env());
      return runUi(path.join(root, 'signalbox.vsix'), redis, values.ui);
    },
  },
};

function chosen(names: readonly string[]): string[] {
  const unknown = names.filter((name) => !(name in steps));
  if (unknown.length > 0) {
    throw new Error(`There is no step ${unknown.join(', ')}. Steps: ${Object.keys(steps).join(', ')}.`);
  }
  const wanted = new Set(
    names.length > 0 ? names.flatMap((name) => [...(steps[name]?.needs ?? []), name]) : Object.keys(steps),
  );
  return Object.keys(steps).filter((name) => wanted.has(name));
}

exitOnSignals();
endWithStarter();
const tally = none();
const times: string[] = [];
try {
  for (const name of chosen(positionals)) {
    const step = steps[name];
    if (!step) continue;
    console.log(`\n■ ${step.title} (${name})`);
    const from = performance.now();
    const failedBefore = tally.failed;
    const counted = await step.run();
    if (counted) add(tally, counted);
    times.push(`${name} ${seconds(from)}`);
    if (tally.failed > failedBefore) throw new Error(`${String(tally.failed - failedBefore)} failed in "${name}".`);
  }
} catch (error) {
  if (tally.failed === 0) tally.failed += 1;
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
}
console.log(`\n${[...times, `all ${seconds()}`].join(' · ')}`);
if (tally.skipped > 0) console.log(`${String(tally.skipped)} skipped`);
console.log(`${String(tally.passed)} passed, ${String(tally.failed)} failed`);
process.exit(tally.failed > 0 ? 1 : 0);
