import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from '../../../src/redis/client.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { CliProcess, runCli, type CliOptions, type Ended } from './cliProcess.ts';
import { openAt, startServer } from './server.ts';

/** Shells in a repository beside a real server, in which the commands are typed. */
export class Terminal {
  readonly server: LocalServer;
  readonly redis: Redis;
  /** A repository with the files src/a.ts and src/b.ts. */
  readonly repository: string;
  readonly #started: CliProcess[] = [];

  private constructor(server: LocalServer, redis: Redis, repository: string) {
    this.server = server;
    this.redis = redis;
    this.repository = repository;
  }

  static async open(): Promise<Terminal> {
    const server = await startServer();
    const repository = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-terminal-')));
    for (const folder of ['.git', 'src']) mkdirSync(path.join(repository, folder));
    for (const file of ['src/a.ts', 'src/b.ts']) writeFileSync(path.join(repository, file), '');
    return new Terminal(server, await openAt(server), repository);
  }

  /** The environment of a shell; without an agent's name that of a person. */
  env(agent?: string): NodeJS.ProcessEnv {
    return { SIGNALBOX_REDIS_URL: this.server.url, ...(agent === undefined ? {} : { SIGNALBOX_AGENT: agent }) };
  }

  /** Types a command as an agent, and waits for its end. */
  as(agent: string | undefined, ...args: string[]): Promise<Ended & { stdout: string }> {
    return runCli(args, { cwd: this.repository, env: this.env(agent) });
  }

  /** Types a command as an agent, which goes on beside the test and is ended with it. */
  start(agent: string | undefined, args: readonly string[], options: CliOptions = {}): CliProcess {
    const { env, ...others } = options;
    const cli = new CliProcess(args, { cwd: this.repository, env: { ...this.env(agent), ...env }, ...others });
    this.#started.push(cli);
    return cli;
  }

  /** Types a command with a text on its standard input. */
  async pipe(agent: string | undefined, text: string | Buffer, ...args: string[]): Promise<Ended & { stdout: string }> {
    const cli = this.start(agent, args, { holdStdin: true });
    cli.child.stdin?.end(text);
    const ended = await cli.ended;
    return { ...ended, stdout: ended.lines.join('\n') };
  }

  /** Who holds a resource by a lease; null where nobody does. */
  async holder(resource: string, ns = ''): Promise<string | null> {
    const text = await this.redis.get(`${ns}lock:${resource}`);
    return text === null ? null : (JSON.parse(text) as { holder: string }).holder;
  }

  /** The stored state of an agent, with its epoch. */
  async state(agent: string, ns = ''): Promise<{ epoch: number; state: Record<string, unknown> } | null> {
    const text = await this.redis.hget(`${ns}agent:state`, agent);
    if (text === null) return null;
    const { epoch, state } = JSON.parse(text) as { epoch: string; state: Record<string, unknown> };
    return { epoch: Number(epoch), state };
  }

  async endAll(): Promise<void> {
    for (const cli of this.#started.splice(0)) await cli.end();
  }

  async close(): Promise<void> {
    await this.endAll();
    this.redis.disconnect();
    await this.server.stop();
    rmSync(this.repository, { recursive: true });
  }
}
