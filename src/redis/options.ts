import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';
import type { ConnectionSettings } from './settings.ts';
import { redactUrl } from './redact.ts';
import { badSettings } from './userError.ts';

/** How long a connection attempt and a command may take, in ms. */
export const connectLimit = 5_000;
export const commandLimit = 5_000;

/** The client's shapes of replies are pinned, so that a server that speaks the older protocol answers alike. */
export type ClientOptions = RedisOptions & { replyMapping: 'legacy' };

/** Milliseconds before the `attempt`th try in a row, from 1: at once, then 20 ms doubling to 500 ms, for ever. */
export function retryDelay(attempt: number): number {
  return attempt <= 1 ? 0 : Math.min(20 * 2 ** Math.min(attempt - 2, 10), 500);
}

/**
 * The one place that turns settings into a client's options.
 * @throws UserError `bad-settings` for an address that cannot be used or a certificate file that cannot be read.
 */
export function clientOptions(settings: ConnectionSettings): ClientOptions {
  return {
    ...endpoint(settings),
    lazyConnect: true,
    connectTimeout: connectLimit,
    commandTimeout: commandLimit,
    retryStrategy: retryDelay,
    // What was asked of a lost connection fails at once: the feed asks again when it has read the state anew.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableOfflineQueue: false,
    // The feed asks itself whether the server is ready, to be able to say that it is loading.
    enableReadyCheck: false,
    connectionName: 'signalbox',
    replyMapping: 'legacy',
  };
}

function endpoint(settings: ConnectionSettings): RedisOptions {
  const address = settings.url.trim();
  const parsed = parseAddress(address);
  const username = settings.username || decode(parsed.username);
  const password = settings.password || decode(parsed.password);
  return {
    ...(parsed.path === undefined ? { host: parsed.host, port: parsed.port } : { path: parsed.path }),
    ...(parsed.secure ? { tls: tlsOptions(settings, parsed.host) } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    db: parsed.db,
  };
}

interface Address {
  host: string;
  port: number;
  path?: string;
  secure: boolean;
  username: string;
  password: string;
  db: number;
}

function parseAddress(address: string): Address {
  const base = { host: '', port: 0, secure: false, username: '', password: '', db: 0 };
  if (address.startsWith('/')) return { ...base, path: address };
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw badSettings('"{0}" is not an address such as redis://localhost:6379', redactUrl(address));
  }
  if (url.protocol !== 'unix:' && /@/.test(url.pathname + url.search + url.hash)) {
    throw badSettings('a password with # / ? or @ in it has to be percent-encoded in an address: %23 %2F %3F %40');
  }
  const user = { username: url.username, password: url.password };
  switch (url.protocol) {
    case 'unix:':
      if (!url.pathname) throw badSettings('a unix:// address needs the path of the socket');
      return { ...base, ...user, path: decode(url.pathname), db: database(url.searchParams.get('db') ?? '') };
    case 'redis:':
    case 'rediss:':
      if (!url.hostname) throw badSettings('"{0}" names no host', redactUrl(address));
      return {
        ...user,
        // An IPv6 address stands in brackets in a URL, and without them for a socket.
        host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port === '' ? 6379 : Number(url.port),
        secure: url.protocol === 'rediss:',
        db: database(url.pathname.slice(1)),
      };
    default:
      throw badSettings('"{0}//" is not supported; use redis://, rediss:// or unix://', url.protocol);
  }
}

function database(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw badSettings('"{0}" is not a database number', text);
  return Number(text);
}

function tlsOptions(settings: ConnectionSettings, host: string): NonNullable<RedisOptions['tls']> {
  const { caFile, certFile, keyFile, servername } = settings.tls ?? {};
  return {
    // Server name indication takes names only, not addresses.
    ...(servername ? { servername } : /^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(caFile ? { ca: file(caFile) } : {}),
    ...(certFile ? { cert: file(certFile) } : {}),
    ...(keyFile ? { key: file(keyFile) } : {}),
  };
}

function file(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw badSettings('the file {0} cannot be read', path);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
