import { spawnGuarded } from './guarded.mts';

/** Our own npm's settings that must not rule over an install somewhere else. */
const notForOthers =
  /^npm_(lifecycle|package|command|config_(local_prefix|global_prefix|prefix|nodedir|omit|include)$)/i;

const always = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Runs npm in a folder that has a package.json of its own; rejects with what it said when that fails. */
export async function npmIn(cwd: string, ...args: string[]): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !notForOthers.test(name)));
  // Guarded, so that an install that nobody waits for any more does not run on beside the next one.
  const npm = spawnGuarded('npm', [...args, ...always], { cwd, env, shell: process.platform === 'win32' });
  let output = '';
  npm.stdout.on('data', (text: Buffer) => (output += text.toString()));
  npm.stderr.on('data', (text: Buffer) => (output += text.toString()));
  if ((await npm.exited) !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${output}`);
}
