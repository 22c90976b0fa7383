import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Status } from '../../../src/protocol/status.ts';
import { startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';
import { BareRedis } from '../bareRedis.ts';
import { History } from './history.ts';
import type { Script } from './script.ts';
import { ScriptedModel } from './scriptedModel.ts';
import { type Session, type SessionOptions, startSession } from './session.ts';
import { makeRepository } from './workspace.ts';

const execute = promisify(execFile);

export interface FleetOptions {
  readonly client: string;
  /** Path of a redis-server. */
  readonly server: string;
  /** What the repository has in it. */
  readonly files: Readonly<Record<string, string>>;
}

export interface FleetSession extends Session {
  /** The agent that it is for the function library. */
  readonly agent: string;
}

/** Real sessions in one repository, with a scripted model, a Redis and a home of their own. */
export class Fleet {
  readonly model: ScriptedModel;
  /** The repository. */
  readonly folder: string;
  readonly home: string;
  server: LocalServer;
  /** Opened by `setUp`. */
  history!: History;
  ns = '';
  readonly #options: FleetOptions;
  readonly #temporary: string;
  readonly #sessions: FleetSession[] = [];

  private constructor(options: FleetOptions, temporary: string, model: ScriptedModel, server: LocalServer) {
    this.#options = options;
    this.#temporary = temporary;
    this.model = model;
    this.server = server;
    this.home = path.join(temporary, 'home');
    this.folder = makeRepository(path.join(temporary, 'shop'), options.files);
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const temporary = mkdtempSync(path.join(tmpdir(), 'fleet-'));
    const [model, server] = await Promise.all([
      ScriptedModel.start(),
      startLocalServer({ binary: options.server, folder: temporary, args: ['--enable-debug-command', 'yes'] }),
    ]);
    return new Fleet(options, temporary, model, server);
  }

  /** Has the sessions of the repository call the hook, as a person does it from a terminal. */
  async setUp(): Promise<string> {
    const said = await this.signalbox('setup', 'claude', '--yes');
    this.ns = execFileSync('git', ['config', 'signalbox.namespace'], { cwd: this.folder, encoding: 'utf8' }).trim();
    this.history = await History.open(this.server.port, this.ns);
    return said;
  }

  /** Our command line in the repository; it fails where that fails. */
  async signalbox(...args: string[]): Promise<string> {
    const { stdout } = await execute(process.execPath, [path.resolve('dist/signalbox.cjs'), ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.home, SIGNALBOX_REDIS_URL: this.server.url },
      timeout: 30_000,
    });
    return stdout;
  }

  /** A session that is not prompted yet. */
  session(options: Partial<SessionOptions> = {}): FleetSession {
    const agent = randomUUID();
    const session = startSession({
      client: this.#options.client,
      modelUrl: this.model.url,
      folder: this.folder,
      home: this.home,
      ...options,
      args: ['--session-id', agent, ...(options.args ?? [])],
    });
    const prompt = async (script: string): Promise<void> => {
      await session.prompt(script);
      this.model.check();
    };
    const member = { ...session, prompt, agent };
    this.#sessions.push(member);
    return member;
  }

  /** Has a session of its own do what the script says, from its start to its end. */
  async run(name: string, script: Script, options: Partial<SessionOptions> = {}): Promise<FleetSession> {
    this.model.add(name, script);
    const session = this.session(options);
    await session.prompt(name);
    const { code, output, isOverdue } = await session.close();
    if (code !== 0)
      throw new Error(`${name} ${isOverdue ? 'took too long' : `ended with ${String(code)}`}:\n${output}`);
    return session;
  }

  /** The path that tools name a file of the repository by. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** One command of Redis. */
  async call(...command: (string | number)[]): Promise<unknown> {
    const redis = await BareRedis.open(this.server.port);
    try {
      return await redis.call(...command);
    } finally {
      redis.close();
    }
  }

  /** A setting that agents obey, as `claims.wait`. */
  async configure(name: string, value: number): Promise<void> {
    await this.call('HSET', `${this.ns}agent:config`, name, value);
  }

  /** The resources that somebody has a lease on, with who that is. */
  async leases(): Promise<Record<string, string>> {
    const prefix = `${this.ns}lock:`;
    const keys = (await this.call('KEYS', `${prefix}*`)) as string[];
    const texts = (keys.length > 0 ? await this.call('MGET', ...keys) : []) as (string | null)[];
    const holders = texts.map((text) => (text === null ? '' : (JSON.parse(text) as { holder: string }).holder));
    return Object.fromEntries(keys.map((key, i) => [key.slice(prefix.length), holders[i] ?? '']));
  }

  /** What the supervisor makes of each agent, for whoever asks now. */
  async livenesses(): Promise<Record<string, string>> {
    const status = JSON.parse(await this.signalbox('status', '--json')) as Status;
    return Object.fromEntries(status.agents.map(({ id, liveness }) => [id, liveness]));
  }

  /** The server dies without a word, and loses what it had. */
  async killServer(): Promise<void> {
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.stop();
  }

  /** A new server where the old one was. */
  async restartServer(): Promise<void> {
    const { port } = this.server;
    this.history.close();
    this.server = await startLocalServer({ binary: this.#options.server, folder: this.#temporary, port });
    this.history = await History.open(port, this.ns);
  }

  /** Ends what still runs, and leaves nothing behind. */
  async stop(): Promise<void> {
    for (const session of this.#sessions) session.kill('SIGKILL');
    await Promise.allSettled(this.#sessions.map(({ ended }) => ended));
    this.history?.close();
    await Promise.all([this.model.stop(), this.server.stop()]);
    rmSync(this.#temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
