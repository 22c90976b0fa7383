import type { Clock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { Redis } from './client.ts';
import { lookForTlsMixUp } from './diagnose.ts';
import { connectLimit } from './options.ts';
import { reasonOf } from './reason.ts';
import { redactUrl } from './redact.ts';
import type { Route } from './route.ts';
import { enterDatabase } from './serverFacts.ts';
import type { ConnectionSettings } from './settings.ts';
import { UserError } from './userError.ts';

/** How long a second look at a failed connection may take, in ms. */
const lookLimit = 1_000;
/** Between two questions to a server that is loading its data, in ms. */
const loadingDelay = 100;

/**
 * Connects a new client and resolves when the server is ready to be asked, with the namespaces that it has. Given the
 * client's route, a cluster is followed to the node that a namespace is on; without one any node will do. A client that
 * could not begin is ended: it would else go on trying.
 * @throws UserError with the reason, after 5 s at most, a second more where TLS has to be looked at
 */
export async function begin(
  client: Redis,
  { url, namespaces }: ConnectionSettings,
  clock: Clock,
  route?: Route,
): Promise<readonly string[]> {
  const where = redactUrl(url);
  let said: unknown;
  let loading: unknown;
  let isOver = false;
  // Without a listener the library prints every lost connection; who needs to know of later ones listens for itself.
  client.on('error', (error: unknown) => (said = error));
  const connected = async (): Promise<readonly string[]> => {
    for (;;) {
      await client.connect();
      await loaded(client, clock, (error) => (loading = error));
      loading = undefined;
      await enterDatabase(client);
      const here = route ? await route.find(client, namespaces) : namespaces;
      if (here) return here;
      await ended(client);
      if (isOver) throw new UserError({ code: 'closed' });
    }
  };
  try {
    const here = await within(clock, connectLimit, connected());
    if (here) return here;
    throw loading ?? new UserError({ code: 'timeout', where });
  } catch (error) {
    isOver = true;
    client.disconnect();
    // That a connection was closed is what follows from what it said before.
    const reason = reasonOf(said ?? error, where);
    throw new UserError((await lookForTlsMixUp(reason, client, where, lookLimit)) ?? reason, { cause: error });
  }
}

/** Resolves when the server has loaded its data. Whether we may ask is another matter, which the first call tells. */
async function loaded(client: Redis, clock: Clock, onLoading: (error: unknown) => void): Promise<void> {
  for (;;) {
    try {
      await client.ping();
      return;
    } catch (error) {
      const { code } = reasonOf(error, '');
      if (code === 'not-allowed') return;
      if (code !== 'loading') throw error;
      onLoading(error);
      await new Promise<void>((resolve) => void clock.after(loadingDelay, resolve));
    }
  }
}

/** Disconnects, and resolves when the client can connect anew. */
function ended(client: Redis): Promise<void> {
  return new Promise((resolve) => {
    client.once('end', () => resolve());
    client.disconnect();
  });
}

/** What the step resolves with; null if that takes longer than `ms`. */
async function within<T>(clock: Clock, ms: number, step: Promise<T>): Promise<T | null> {
  let timer: Disposable | undefined;
  const late = new Promise<null>((resolve) => (timer = clock.after(ms, () => resolve(null))));
  try {
    return await Promise.race([step, late]);
  } finally {
    timer?.dispose();
  }
}
