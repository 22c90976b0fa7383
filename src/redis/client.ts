import type { AbstractConnector, Redis, Redis as RedisClass, RedisOptions } from 'ioredis';
import { clientOptions } from './options.ts';
import type { ConnectionSettings } from './settings.ts';

export type { Redis } from 'ioredis';

type ConnectorConstructor = NonNullable<RedisOptions['Connector']>;

/**
 * A client that is not connected yet. ioredis is loaded here, on first use, because loading it takes longer than all
 * the rest of the activation. `retryDelay` gives the ms before the nth attempt in a row.
 * @throws UserError `bad-settings`
 */
export async function newClient(settings: ConnectionSettings, retryDelay: (attempt: number) => number): Promise<Redis> {
  const options = { ...clientOptions(settings), retryStrategy: retryDelay };
  const { Redis, Connector } = await load();
  return new Redis({ ...options, Connector });
}

/**
 * A connected client for a program that publishes and locks. Its commands wait for the connection to come back.
 * Ends with `disconnect()`.
 * @throws the connection's error when the first attempt fails; UserError `bad-settings`
 */
export async function openClient(settings: ConnectionSettings): Promise<Redis> {
  const { Redis, Connector } = await load();
  const client = new Redis({
    ...clientOptions(settings),
    Connector,
    enableOfflineQueue: true,
    maxRetriesPerRequest: 20,
  });
  // Without a listener the library prints every lost connection; who needs to know listens for itself.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/**
 * The library listens for one error of each socket. A TLS socket may have a second one to tell while it closes, which
 * without a listener would end the process.
 */
async function load(): Promise<{ Redis: typeof RedisClass; Connector: ConnectorConstructor }> {
  const { Redis, StandaloneConnector } = await import('./ioredis.ts');
  class Connector extends StandaloneConnector {
    override async connect(
      ...args: Parameters<AbstractConnector['connect']>
    ): ReturnType<AbstractConnector['connect']> {
      const stream = await super.connect(...args);
      return stream.on('error', () => {});
    }
  }
  return { Redis, Connector: Connector as ConnectorConstructor };
}
