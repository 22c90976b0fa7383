import type { ServerFacts } from '../protocol/messages.ts';
import type { Redis } from './client.ts';

/** What kind of server this is. What it does not let us ask is left out instead of failing. */
export async function serverFacts(client: Redis): Promise<ServerFacts> {
  const info = await client.info('server').catch(() => '');
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
  const valkey = field('valkey_version');
  const server = valkey ? `valkey ${valkey}` : `redis ${field('redis_version') ?? '?'}`;
  return { server, notifications: await hasNotifications(client) };
}

/** Whether the server publishes keyspace notifications of any kind. */
async function hasNotifications(client: Redis): Promise<boolean> {
  const reply: unknown = await client.config('GET', 'notify-keyspace-events').catch(() => []);
  return Array.isArray(reply) && typeof reply[1] === 'string' && reply[1] !== '';
}
