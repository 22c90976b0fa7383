import { notificationsOf } from '../protocol/keyEvents.ts';
import type { ServerFacts } from '../protocol/messages.ts';
import type { Reason } from '../protocol/reasons.ts';
import type { Redis } from './client.ts';

export interface ServerCheck {
  facts: ServerFacts;
  /** What is wrong with the server for our purpose, by what it is; null where it is right. */
  troubles: Record<'server' | 'replica' | 'database', Reason | null>;
  /** Clients that the server cut because they read too slowly; null where it does not count them (before 7.4). */
  cutOff: number | null;
  /** What it has lately been sent, in KiB a second. */
  inputKbps: number;
}

/**
 * Asks what kind of server this is. What it does not let us ask is left out instead of failing.
 * @throws the server's error while it is loading its data, and the client's when the connection is lost
 */
export async function checkServer(client: Redis, namespaces: readonly string[]): Promise<ServerCheck> {
  const info = await readInfo(client);
  // With its data not loaded, a server answers questions about itself, but none about the fleet.
  if (info('loading') === '1') throw new Error('LOADING Redis is loading the dataset in memory');
  const valkey = info('valkey_version');
  const version = valkey ?? info('redis_version');
  const server = `${valkey ? 'valkey' : 'redis'} ${version ?? '?'}`;
  const isReplica = info('role') === 'slave' && info('slave_read_only') !== '0';
  const primary = `${info('master_host') ?? '?'}:${info('master_port') ?? '?'}`;
  const database = client.options.db ?? 0;
  const cutOff = Number(info('client_output_buffer_limit_disconnections') ?? NaN);
  return {
    facts: { server, notifications: notificationsOf((await notifyFlags(client)) ?? '') === 'all' },
    troubles: {
      server:
        version !== undefined && isOlder(version, valkey ? [7, 2] : [7, 0]) ? { code: 'old-server', server } : null,
      replica: isReplica ? { code: 'replica', primary } : null,
      database: database !== 0 && namespaces.includes('') ? { code: 'database', number: database } : null,
    },
    cutOff: Number.isNaN(cutOff) ? null : cutOff,
    inputKbps: Number(info('instantaneous_input_kbps') ?? 0),
  };
}

/**
 * Makes sure that the client is in the database of its settings. When it connects, the client library only mentions that
 * the server refused that, and goes on in database 0.
 * @throws the server's error
 */
export async function enterDatabase(client: Redis): Promise<void> {
  const { db = 0 } = client.options;
  if (db !== 0) await client.select(db);
}

/** The server's limit for subscribers in words, as `32mb at once, 8mb for 60 s`; `?` where it may not be asked. */
export async function pubsubLimit(client: Redis): Promise<string> {
  const limits = await setting(client, 'client-output-buffer-limit');
  const [, hard, soft, seconds] = /pubsub (\d+) (\d+) (\d+)/.exec(limits) ?? [];
  if (!hard || !soft) return '?';
  const mb = (bytes: string): string => `${Math.round(Number(bytes) / 1024 / 1024)}mb`;
  return `${mb(hard)} at once, ${mb(soft)} for ${seconds} s`;
}

async function readInfo(client: Redis): Promise<(field: string) => string | undefined> {
  const text = await client.info().catch((error: unknown) => {
    if (error instanceof Error && /^(NOPERM|ERR)/.test(error.message)) return '';
    throw error;
  });
  return (field) => new RegExp(`^${field}:(.*)$`, 'm').exec(text)?.[1]?.trim();
}

/** Which changes of keys the server tells; null where it may not be asked. @throws the client's error when the connection is lost */
export async function notifyFlags(client: Redis): Promise<string | null> {
  try {
    const reply: unknown = await client.config('GET', 'notify-keyspace-events');
    return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : null;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return null;
    throw error;
  }
}

/** How many keys are in the client's database; endless where that may not be asked. */
export async function keyCount(client: Redis): Promise<number> {
  const text = await client.info('keyspace').catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ReplyError') return null;
    throw error;
  });
  if (text === null) return Infinity;
  return Number(new RegExp(`^db${String(client.options.db ?? 0)}:keys=(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

/** A server's setting; empty where it has none or may not be asked. */
async function setting(client: Redis, name: string): Promise<string> {
  const reply: unknown = await client.config('GET', name).catch(() => []);
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : '';
}

function isOlder(version: string, than: [major: number, minor: number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < than[0] || (major === than[0] && minor < than[1]);
}
