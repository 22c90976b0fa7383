import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { startLocalServer } from '../../src/redis/localServer.ts';
import { atMost, type Bench, type Figure, quantile } from '../support/figures.mts';
import { HookPrograms } from '../support/hookPrograms.ts';
import { loadAverage } from '../support/machine.mts';
import { ensureRedis } from '../support/redisBinary.mts';

const rounds = 150;
const nodeRounds = 40;
const shellBound = 1.8;
const nodeBound = 1.4;
const large = 3_000_000;
const ns = 'shop-3f2a:';

/**
 * Whole processes, from the start to the end, which take turns. The hook is asked about an edit, as Claude Code does before
 * each, by a session that goes on editing one file: namespace, address and branch come from the files of a repository that was set up.
 */
export const bench: Bench = {
  about: 'the hook as a whole process, beside `redis-cli PING` and an empty Node program',
  async run() {
    const { server: binary, cli } = await ensureRedis();
    if (cli === null) throw new Error('there is no redis-cli');
    const redis = await startLocalServer({ binary });
    const ask = (args: readonly string[], input = ''): string =>
      execFileSync(cli, ['-e', '-p', String(redis.port), ...args], { input, encoding: 'utf8' }).trim();
    // As it was built, since only the bundler reads the two files that it is written in.
    const { source } = createRequire(import.meta.url)(path.resolve('dist/library.cjs')) as { source: string };
    ask(['-x', 'FUNCTION', 'LOAD'], source);
    const hooks = new HookPrograms(ns, redis.url);
    const command = (text: string): string =>
      hooks.input('PreToolUse', { tool_name: 'Bash', tool_input: { command: text, description: 'look around' } });
    const plain = command('cd src && git status --short && grep -rn "const a" . 2>/dev/null | head -20');
    const writing = command("cd src && sed -i 's/const a/let a/' b.ts");
    const empty = path.join(hooks.folder, 'empty.cjs');
    writeFileSync(empty, '');
    const small = hooks.edit('PreToolUse', 'src/a.ts');
    const tool_input = {
      file_path: path.join(hooks.repository, 'src/a.ts'),
      old_string: '',
      new_string: 'const a = "b";\n'.repeat(large / 15),
    };
    const big = hooks.input('PreToolUse', { tool_name: 'Edit', tool_input });
    // As Claude Code does it: the input through a pipe, until the process and what it prints have ended.
    const took = (program: string, args: readonly string[], text: string) => {
      const input = Buffer.from(text);
      return async (): Promise<number> => {
        const started = process.hrtime.bigint();
        const child = spawn(program, args, { env: hooks.env, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
        child.stdin.on('error', () => {}).end(input);
        child.stdout.resume();
        const [code] = (await once(child, 'close')) as [number];
        if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
        return Number(process.hrtime.bigint() - started) / 1e6;
      };
    };
    try {
      const shell = await inTurn(rounds, {
        ping: took(cli, ['-p', String(redis.port), 'PING'], ''),
        hook: took(hooks.script, [], small),
        plain: took(hooks.script, [], plain),
        'large ping': took(cli, ['-p', String(redis.port), 'PING'], big),
        large: took(hooks.script, [], big),
      });
      const node = await inTurn(nodeRounds, {
        empty: took(process.execPath, [empty], ''),
        hook: took(process.execPath, [path.join(path.dirname(hooks.script), 'hook.cjs')], small),
        writing: took(hooks.script, [], writing),
      });
      if (ask(['EXISTS', `${ns}lock:src/a.ts`]) !== '1') throw new Error('the hook has claimed nothing');
      return [
        { name: 'rounds', value: `${String(rounds)} of the script, ${String(nodeRounds)} of Node` },
        figure('redis-cli PING', shell.ping),
        figure(`redis-cli PING, given ${String(large / 1e6)} MB`, shell['large ping']),
        figure('script', shell.hook),
        figure('script, a shell command that cannot write', shell.plain),
        figure(`script, ${String(large / 1e6)} MB`, shell.large),
        atMost('script to PING', ratio(shell.hook, shell.ping), shellBound, 'times', 2),
        atMost(
          'script to PING, a shell command that cannot write',
          ratio(shell.plain, shell.ping),
          shellBound,
          'times',
          2,
        ),
        atMost(`script to PING, ${String(large / 1e6)} MB`, ratio(shell.large, shell.ping), shellBound, 'times', 2),
        figure(`empty Node ${process.versions.node}`, node.empty),
        figure('Node hook', node.hook),
        figure('script and Node, a shell command that may write', node.writing),
        atMost('Node hook to empty Node', ratio(node.hook, node.empty), nodeBound, 'times', 2),
        loadAverage(),
      ];
    } finally {
      hooks.dispose();
      await redis.stop();
    }
  },
};

/** What each took in each round, in ms. */
async function inTurn<K extends string>(
  count: number,
  each: Record<K, () => Promise<number>>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(each) as K[];
  const all = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  // The first of each finds nothing in the caches.
  for (const name of names) await each[name]();
  for (let round = 0; round < count; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) all[name].push(await each[name]());
  }
  return all;
}

const ratio = (of: readonly number[], to: readonly number[]): number => quantile(of, 0.5) / quantile(to, 0.5);

function figure(name: string, values: readonly number[]): Figure {
  return {
    name,
    value: `${quantile(values, 0.5).toFixed(1)} ms (${quantile(values, 0.05).toFixed(1)} to ${quantile(values, 0.95).toFixed(1)})`,
  };
}
