import type { Redis } from '../client.ts';

/** Whoever is last in the line for each client. */
const lines = new WeakMap<Redis, Promise<unknown>>();

/**
 * Does something that watches keys, when nobody else of us does on this client: EXEC ends all watching of a connection, also
 * that of others.
 */
export async function exclusively<T>(client: Redis, work: () => Promise<T>): Promise<T> {
  const before = lines.get(client);
  const turn = (async () => {
    await before?.catch(() => undefined);
    return work();
  })();
  lines.set(client, turn);
  return turn;
}
