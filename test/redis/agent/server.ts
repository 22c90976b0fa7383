import { openClient, type Redis } from '../../../src/redis/client.ts';
import {
  findRedisServer,
  startLocalServer,
  type LocalServer,
  type LocalServerOptions,
} from '../../../src/redis/localServer.ts';

export async function startServer(options: Omit<LocalServerOptions, 'binary'> = {}): Promise<LocalServer> {
  const binary = process.env['REDIS_SERVER_BIN'] ?? findRedisServer(process.env);
  if (binary === null) throw new Error('These tests need a redis-server on the PATH.');
  return startLocalServer({ binary, ...options });
}

export function openAt(server: LocalServer, password?: string): Promise<Redis> {
  return openClient({ url: server.url, namespaces: [''], ...(password === undefined ? {} : { password }) });
}

/** As a plain agent publishes. */
export function stateText(id: string, state: Record<string, unknown>): string {
  return JSON.stringify({ agent_id: id, state });
}
