import type { AbstractConnector, Redis, Redis as RedisClass, RedisOptions } from 'ioredis';
import { systemClock, type Clock } from '../protocol/clock.ts';
import type { Endpoint } from './cluster.ts';
import { begin } from './opening.ts';
import { clientOptions } from './options.ts';
import { Route } from './route.ts';
import type { ConnectionSettings } from './settings.ts';

export type { Redis } from 'ioredis';

type ConnectorConstructor = NonNullable<RedisOptions['Connector']>;

/**
 * A client that is not connected yet. ioredis is loaded here, on first use, because loading it takes longer than all
 * the rest of the activation. `retryDelay` gives the ms before the nth attempt in a row, `route` says where to connect.
 * @throws UserError `bad-settings`
 */
export async function newClient(
  settings: ConnectionSettings,
  retryDelay: (attempt: number) => number,
  route: Route = new Route(),
): Promise<Redis> {
  const options = { ...clientOptions(settings), retryStrategy: retryDelay };
  const { Redis, Connector } = await load(route);
  return new Redis({ ...options, Connector });
}

/**
 * A connected client for a program that publishes and locks; in a cluster, to the node that the namespace is on. Its
 * commands wait for the connection to come back.
 * Ends with `disconnect()`.
 * @throws UserError when the first attempt fails, as `begin` does
 */
export async function openClient(settings: ConnectionSettings, clock: Clock = systemClock): Promise<Redis> {
  const route = new Route();
  const { Redis, Connector } = await load(route);
  const waiting = { enableOfflineQueue: true, maxRetriesPerRequest: 20 };
  const client = new Redis({ ...clientOptions(settings), ...waiting, Connector });
  await begin(client, settings, clock, route);
  return client;
}

/**
 * A client like another that is not connected yet, for another node of its cluster: it connects there, wherever the other
 * was led.
 */
export async function clientOf(client: Redis, { host, port }: Endpoint): Promise<Redis> {
  const { Connector } = await load(new Route());
  // The socket's path would go before the node's host.
  const options = { host, port, path: undefined, Connector } as unknown as Partial<RedisOptions>;
  return client.duplicate(options);
}

/**
 * The library connects to the address it was given, and listens for one error of each socket. Ours connects where the
 * route says, and a TLS socket may have a second error to tell while it closes, which would otherwise end the process.
 */
async function load(route: Route): Promise<{ Redis: typeof RedisClass; Connector: ConnectorConstructor }> {
  const { Redis, StandaloneConnector } = await import('./ioredis.ts');
  class Connector extends StandaloneConnector {
    override async connect(
      ...args: Parameters<AbstractConnector['connect']>
    ): ReturnType<AbstractConnector['connect']> {
      const node = route.next();
      const { options } = this;
      // The socket's path would go before the node's host.
      if (node) this.options = { ...options, path: undefined, ...node } as unknown as typeof options;
      try {
        const stream = await super.connect(...args);
        return stream.on('error', () => {});
      } finally {
        this.options = options;
      }
    }
  }
  return { Redis, Connector: Connector as unknown as ConnectorConstructor };
}
