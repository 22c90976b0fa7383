import { every, type Clock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { newClient, type Redis } from '../redis/client.ts';
import { lookForTlsMixUp } from '../redis/diagnose.ts';
import { connectLimit, retryDelay } from '../redis/options.ts';
import { reasonOf } from '../redis/reason.ts';
import { redactUrl } from '../redis/redact.ts';
import { Route } from '../redis/route.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { UserError } from '../redis/userError.ts';

/** How long a second look at a failed connection may take, in ms. */
const lookLimit = 1_000;
/** Between two questions to a server that is loading its data. */
const loadingDelay = 100;
/** How often an open connection is looked at. */
const checkInterval = 5_000;

/** A connection for calls. Where it is lost, commands fail at once, and it comes back by itself until it is closed. */
export interface Connection {
  client: Redis;
  close(): void;
}

/**
 * Connects, in a cluster to the node that the namespace is on, and resolves when that is ready to be asked.
 * @throws UserError after 5 s at most, a second more where TLS has to be looked at
 */
export async function openConnection(settings: ConnectionSettings, clock: Clock): Promise<Connection> {
  const route = new Route();
  const client = await newClient(settings, retryDelay, route);
  const where = redactUrl(settings.url);
  let said: unknown;
  client.on('error', (error: unknown) => (said = error));
  let timer: Disposable | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = clock.after(connectLimit, () => reject(new UserError({ code: 'timeout', where })));
  });
  try {
    await Promise.race([begin(client, route, settings.namespaces, clock), late]);
  } catch (error) {
    client.disconnect();
    if (error instanceof UserError && error.reason.code === 'cluster') throw error;
    // That a connection was closed is what follows from what it said before.
    const reason = reasonOf(said ?? error, where);
    const looked = Promise.race([
      lookForTlsMixUp(reason, client, where),
      new Promise<null>((resolve) => void clock.after(lookLimit, () => resolve(null))),
    ]);
    throw new UserError((await looked) ?? reason, { cause: error });
  } finally {
    timer?.dispose();
  }
  const watching = watchOver(client, () => route.find(client, settings.namespaces), clock);
  return {
    client,
    close: () => {
      watching.dispose();
      client.disconnect();
    },
  };
}

async function begin(client: Redis, route: Route, namespaces: readonly string[], clock: Clock): Promise<void> {
  await client.connect();
  await ready(client, clock);
  let here = await route.find(client, namespaces);
  if (here === null) {
    const ended = new Promise<void>((resolve) => void client.once('end', resolve));
    client.disconnect();
    await ended;
    await client.connect();
    here = await route.find(client, namespaces);
  }
  // Its keys are on many nodes.
  if (here?.length === 0) throw new UserError({ code: 'cluster' });
}

/** Resolves when the server has loaded its data. Whether we may ask is another matter, which the first call tells. */
async function ready(client: Redis, clock: Clock): Promise<void> {
  const until = clock.now() + connectLimit;
  for (;;) {
    try {
      await client.ping();
      return;
    } catch (error) {
      const reason = reasonOf(error, '');
      if (reason.code === 'not-allowed') return;
      if (reason.code !== 'loading' || clock.now() >= until) throw error;
      await new Promise<void>((resolve) => void clock.after(loadingDelay, resolve));
    }
  }
}

/** Begins a connection anew that nothing answers on any more, or that leads to a node from which the namespace has moved. */
function watchOver(client: Redis, find: () => Promise<unknown>, clock: Clock): Disposable {
  const look = async (): Promise<void> => {
    if (client.status !== 'ready') return;
    const isRight = await find().then(
      (here) => here !== null,
      (error: unknown) => error instanceof Error && error.name === 'ReplyError',
    );
    if (!isRight && client.status === 'ready') client.disconnect(true);
  };
  client.on('ready', () => void look());
  return every(clock, checkInterval, () => void look());
}
