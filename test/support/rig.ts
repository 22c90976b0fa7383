import { execFileSync } from 'node:child_process';
import { FleetModel } from '../../src/model/fleetModel.ts';
import { systemClock } from '../../src/protocol/clock.ts';
import { silentLog } from '../../src/protocol/log.ts';
import type { WatchEvent } from '../../src/protocol/status.ts';
import { Link } from '../../src/redis/link.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../src/redis/localServer.ts';
import type { ConnectionSettings } from '../../src/redis/settings.ts';

/** A real server, a link and a model, and redis-cli beside them. */
export class Rig {
  readonly model = new FleetModel({ clock: systemClock, observerId: 'test' });
  readonly link = new Link(this.model, systemClock, silentLog);
  readonly events: WatchEvent[] = [];
  server!: LocalServer;
  readonly #servers: LocalServer[] = [];

  constructor() {
    this.model.onEvent((event) => this.events.push(event));
  }

  /** Starts a server, on the same port and folder as the one before where there was one. */
  async serve(args: readonly string[] = [], folder?: string): Promise<LocalServer> {
    const binary = findRedisServer(process.env);
    if (!binary) throw new Error('no redis-server or valkey-server on the PATH');
    const port = this.#servers.length > 0 ? { port: this.server.port } : {};
    this.server = await startLocalServer({ binary, args, ...port, ...(folder ? { folder } : {}) });
    this.#servers.push(this.server);
    return this.server;
  }

  async connect(settings: Partial<ConnectionSettings> = {}): Promise<void> {
    this.link.connect({ url: this.server.url, namespaces: [''], ...settings });
    this.link.watch(true);
    await this.link.settled(10_000);
  }

  cli(...args: string[]): string {
    return execFileSync('redis-cli', ['-p', String(this.server.port), ...args], { encoding: 'utf8' }).trim();
  }

  /** As {@link cli}, with commands on its standard input. */
  cliInput(input: string): string {
    return execFileSync('redis-cli', ['-p', String(this.server.port)], { encoding: 'utf8', input }).trim();
  }

  /** Resolves when `holds` does, asked at each change of the model; rejects after `ms`, saying what was waited for. */
  until(what: string, holds: () => boolean, ms = 10_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listener.dispose();
        reject(new Error(`waited in vain until ${what}`));
      }, ms);
      const check = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        listener.dispose();
        resolve();
      };
      const listener = this.model.onDidChange(check);
      check();
    });
  }

  async dispose(): Promise<void> {
    this.link.dispose();
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}
