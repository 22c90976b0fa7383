import type { Redis } from 'ioredis';
import { clientOptions } from './options.ts';
import type { ConnectionSettings } from './settings.ts';

export type { Redis } from 'ioredis';

/**
 * A client that is not connected yet. ioredis is loaded here, on first use, because loading it takes longer than all
 * the rest of the activation. `retryDelay` gives the ms before the nth attempt in a row.
 * @throws UserError `bad-settings`
 */
export async function newClient(settings: ConnectionSettings, retryDelay: (attempt: number) => number): Promise<Redis> {
  const options = { ...clientOptions(settings), retryStrategy: retryDelay };
  const { Redis } = await import('ioredis');
  return new Redis(options);
}

/**
 * A connected client for a program that publishes and locks. Its commands wait for the connection to come back.
 * Ends with `disconnect()`.
 * @throws the connection's error when the first attempt fails; UserError `bad-settings`
 */
export async function openClient(settings: ConnectionSettings): Promise<Redis> {
  const { Redis } = await import('ioredis');
  const client = new Redis({ ...clientOptions(settings), enableOfflineQueue: true, maxRetriesPerRequest: 20 });
  // Without a listener the library prints every lost connection; who needs to know listens for itself.
  client.on('error', () => {});
  await client.connect();
  return client;
}
