import { withNotifications } from '../../protocol/keyEvents.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';

const name = 'notify-keyspace-events';

/** What the server tells of changes to keys, and what it is to tell. */
export interface Notifications {
  readonly before: string;
  readonly after: string;
}

/** What an administrator types who would have it told as {@link tellChanges} does. */
export const notificationsLine = (flags: string): string => `CONFIG SET ${name} ${flags}`;

/**
 * What would be set; null where this user may not ask, or the server has no such command.
 * @throws the client's error
 */
export const plannedNotifications = (client: Redis): Promise<Notifications | null> =>
  permitted(async () => {
    const before = await told(client);
    return { before, after: withNotifications(before) };
  });

/**
 * Has the server tell of changes in addition to what it tells, until it is started anew, and with `keep` also then; null where
 * this user may not.
 * @throws the client's error, and the server's where it has no file to keep it in
 */
export const tellChanges = (client: Redis, keep: boolean): Promise<Notifications | null> =>
  permitted(async () => {
    const before = await told(client);
    const wanted = withNotifications(before);
    if (wanted !== before) await client.config('SET', name, wanted);
    if (keep) await client.config('REWRITE');
    return { before, after: await told(client) };
  });

async function told(client: Redis): Promise<string> {
  const reply: unknown = await client.config('GET', name);
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : '';
}

async function permitted<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isForbidden(error) || (error instanceof Error && /^ERR unknown command/i.test(error.message))) return null;
    throw error;
  }
}
