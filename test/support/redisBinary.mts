import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { oneAtATime } from './oneAtATime.mts';
import { onPath } from './onPath.mts';
import { planRedis } from './packageManager.mts';
import { cached } from './paths.mts';
import { during, say } from './progress.mts';

export interface RedisBinaries {
  /** A redis-server or valkey-server. */
  readonly server: string;
  /** The redis-cli or valkey-cli beside it, where there is one. */
  readonly cli: string | null;
}

/** Package managers put servers into folders that are not on everyone's PATH. */
const located = (program: string): string | undefined => onPath(program, true);

/** True for an executable that starts and says that it is a server: not for a broken link or a missing library. */
function answers(server: string): boolean {
  const { status, stdout } = spawnSync(server, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 && /(redis|valkey) server/i.test(stdout);
}

/**
 * Debian's `redis-tools` has the server in it: `redis-server` there is a link to `redis-check-rdb`, which becomes what
 * it is called as. A link of our own gives the server without the package that starts a system service.
 */
function linkOfOurOwn(): string | undefined {
  const binary = located('redis-check-rdb') ?? located('valkey-check-rdb');
  if (binary === undefined) return undefined;
  const link = cached('redis', 'redis-server');
  mkdirSync(path.dirname(link), { recursive: true });
  const made = `${link}.${String(process.pid)}`;
  rmSync(made, { force: true });
  symlinkSync(binary, made);
  renameSync(made, link);
  return answers(link) ? link : undefined;
}

function find(): RedisBinaries | undefined {
  const named = process.env['REDIS_SERVER_BIN'];
  const installed = [named, located('redis-server'), located('valkey-server')].find((file) => file && answers(file));
  const server = installed ?? linkOfOurOwn();
  if (server === undefined) return undefined;
  const beside = ['redis-cli', 'valkey-cli'].map((name) => located(name));
  return { server, cli: beside.find((cli) => cli !== undefined) ?? null };
}

/** Runs a command with what it prints passed on to stderr; gives its exit code. */
export function run([program = '', ...args]: readonly string[]): Promise<number> {
  say(`$ ${[program, ...args].join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' },
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function installRedis(): Promise<void> {
  const plan = planRedis({
    platform: process.platform,
    root: process.getuid?.() === 0,
    ci: !['', 'false', '0'].includes(process.env['CI'] ?? ''),
    sudo: located('sudo') !== undefined && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0,
    has: (program) => located(program) !== undefined,
  });
  if (plan.kind === 'ask') throw new Error(plan.message);
  await during(`No Redis server found; installing one with ${plan.manager}`, async () => {
    let code = await run(plan.install);
    // Package lists that are missing or out of date are the usual reason.
    if (code !== 0 && plan.refresh && (await run(plan.refresh)) === 0) code = await run(plan.install);
    if (code !== 0) throw new Error(`Redis could not be installed; this failed:\n  ${plan.install.join(' ')}`);
  });
}

/**
 * Finds a Redis (or Valkey) server, and installs one with the system's package manager when there is none and nobody
 * needs to be asked: as root, in CI with a sudo that asks nothing, with Homebrew. Never leaves a service running.
 * Otherwise throws an error that says what to type.
 */
export async function ensureRedis(): Promise<RedisBinaries> {
  const found = find();
  if (found) return found;
  return oneAtATime('redis', async () => {
    if (!find()) await installRedis();
    const installed = find();
    if (!installed) throw new Error('Redis was installed, but no redis-server that starts was found on PATH.');
    say(`Redis server: ${installed.server}`);
    return installed;
  });
}

/** The environment under which tests, the demo and what they start find this Redis. */
export function withRedis(redis: RedisBinaries, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const folders = [redis.server, redis.cli].filter((file) => file !== null).map((file) => path.dirname(file));
  return {
    ...env,
    REDIS_SERVER_BIN: redis.server,
    ...(redis.cli === null ? {} : { REDIS_CLI_BIN: redis.cli }),
    PATH: [env['PATH'], ...new Set(folders)].filter(Boolean).join(path.delimiter),
  };
}
