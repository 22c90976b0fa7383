import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { startLocalServer } from '../../src/redis/localServer.ts';
import { atMost, type Bench, quantile } from '../support/figures.mts';
import { HookPrograms } from '../support/hookPrograms.ts';
import { loadAverage } from '../support/machine.mts';
import { ensureRedis } from '../support/redisBinary.mts';

const rounds = 40;
const agents = 5;
const bound = 100;
const ns = 'shop-3f2a:';

/**
 * Agents stand still in the real hook script, as Claude Code has it run before a tool. Measured is from when a supervisor sends
 * `signalbox_control resume` to when the hook's process has ended, so that its agent goes on.
 */
export const bench: Bench = {
  about: 'from a resume to the end of the hook in which a paused agent waits',
  async run() {
    const { server: binary, cli } = await ensureRedis();
    if (cli === null) throw new Error('there is no redis-cli');
    const redis = await startLocalServer({ binary });
    const ask = (args: readonly string[], input = ''): string =>
      execFileSync(cli, ['-e', '-p', String(redis.port), ...args], { input, encoding: 'utf8' }).trim();
    const { source } = createRequire(import.meta.url)(path.resolve('dist/library.cjs')) as { source: string };
    ask(['-x', 'FUNCTION', 'LOAD'], source);
    const hooks = new HookPrograms(ns, redis.url);
    // The supervisor is connected already, as it is when somebody clicks.
    const supervisor = spawn(cli, ['-p', String(redis.port)], { stdio: ['pipe', 'ignore', 'inherit'] });
    const control = (target: string, action: string): void =>
      void supervisor.stdin.write(`FCALL signalbox_control 1 ${ns}agent:seq ada@desk ${target} ${action} ""\n`);
    const start = (session: string): ChildProcess => {
      const child = spawn(hooks.script, [], { env: hooks.env, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
      const tool_input = { file_path: '/x' };
      child.stdin.end(hooks.input('PreToolUse', { session_id: session, tool_name: 'Read', tool_input }));
      child.stdout.resume();
      return child;
    };
    const blocked = async (count: number): Promise<void> => {
      while (!ask(['INFO', 'clients']).includes(`blocked_clients:${String(count)}`)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const one: number[] = [];
    const fleet: number[] = [];
    try {
      for (let round = 0; round < rounds; round++) {
        for (const [target, count, took] of [
          ['s0', 1, one],
          ['*', agents, fleet],
        ] as const) {
          control(target, 'pause');
          while (ask(['HEXISTS', `${ns}agent:control`, target]) !== '1');
          const children = Array.from({ length: count }, (_, i) => start(`s${String(i)}`));
          const ends = children.map(async (child) => {
            const [code] = (await once(child, 'close')) as [number];
            return { code, at: process.hrtime.bigint() };
          });
          await blocked(count);
          const resumed = process.hrtime.bigint();
          control(target, 'resume');
          for (const { code, at } of await Promise.all(ends)) {
            if (code !== 0) throw new Error(`the hook ended with ${String(code)}`);
            took.push(Number(at - resumed) / 1e6);
          }
        }
      }
      return [
        { name: 'rounds', value: `${String(rounds)} of one agent, and of a fleet of ${String(agents)}` },
        { name: 'one agent, p50', value: `${quantile(one, 0.5).toFixed(1)} ms` },
        atMost('one agent, p99', quantile(one, 0.99), bound, 'ms', 1),
        { name: 'fleet, p50', value: `${quantile(fleet, 0.5).toFixed(1)} ms` },
        atMost('fleet, p99', quantile(fleet, 0.99), bound, 'ms', 1),
        loadAverage(),
      ];
    } finally {
      supervisor.stdin.end();
      hooks.dispose();
      await redis.stop();
    }
  },
};
