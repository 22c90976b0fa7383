import { hostname } from 'node:os';
import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import { newClient, type Redis } from '../../redis/client.ts';
import { lookForTlsMixUp } from '../../redis/diagnose.ts';
import { Calls } from '../../redis/library/calls.ts';
import { callFailure } from '../../redis/library/failures.ts';
import { loadLibrary } from '../../redis/library/load.ts';
import { connectLimit, retryDelay } from '../../redis/options.ts';
import { reasonOf } from '../../redis/reason.ts';
import { redactUrl } from '../../redis/redact.ts';
import { UserError } from '../../redis/userError.ts';
import type { Line } from '../waiting.ts';
import { parentOf } from './actor.ts';
import type { Desk, Fleet } from './command.ts';

/** How long a second look at a failed connection may take, in ms. */
const lookLimit = 1_000;
/** Between two questions to a server that is loading its data. */
const loadingDelay = 100;

/**
 * A connection on which calls are made in one fleet. While it is lost, commands fail at once instead of waiting; it comes
 * back by itself until it is closed.
 */
export interface Session {
  readonly client: Redis;
  readonly calls: Calls;
  readonly ns: string;
  /** For waiting in line. */
  readonly line: Line;
  close(): void;
}

/**
 * Connects, and resolves when the server is ready to be asked.
 * @throws UserError after 5 s at most, a second more where TLS has to be looked at
 */
export async function openSession({ settings, ns }: Fleet, clock: Clock): Promise<Session> {
  const client = await newClient(settings, retryDelay);
  const where = redactUrl(settings.url);
  let said: unknown;
  client.on('error', (error: unknown) => (said = error));
  let timer: Disposable | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = clock.after(connectLimit, () => reject(new UserError({ code: 'timeout', where })));
  });
  try {
    await Promise.race([client.connect().then(() => ready(client, clock)), late]);
  } catch (error) {
    client.disconnect();
    const reason = reasonOf(said ?? error, where);
    const looked = Promise.race([
      lookForTlsMixUp(reason, client, where),
      new Promise<null>((resolve) => void clock.after(lookLimit, () => resolve(null))),
    ]);
    throw new UserError((await looked) ?? reason, { cause: error });
  } finally {
    timer?.dispose();
  }
  const calls = new Calls(client, ns, () => loadMissing(client));
  const openBell = async (): Promise<Redis> => {
    // A connection of its own: while one is blocked nothing else is answered on it.
    const bell = client.duplicate();
    bell.on('error', () => {});
    await bell.connect();
    return bell;
  };
  return { client, calls, ns, line: { calls, ns, openBell, clock }, close: () => client.disconnect() };
}

/** Opens a session, acts in it, and closes it whatever comes of that. */
export async function inFleet(desk: Desk, act: (session: Session) => Promise<number>): Promise<number> {
  const session = await openSession(desk.fleet(), desk.clock);
  try {
    return await act(session);
  } finally {
    session.close();
  }
}

/** What an agent says of itself when a run of it begins. */
export const about = (agent: string): { parent: string; host: string } => ({
  parent: parentOf(agent),
  host: hostname().slice(0, 64),
});

/** Runs plain commands of the client. @throws UserError with what the server's refusal means */
export async function plainly<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new UserError(callFailure(error), { cause: error });
  }
}

/** Loads the library where a call has found that there is none; whatever right that lacks, it is still missing. */
async function loadMissing(client: Redis): Promise<void> {
  try {
    await loadLibrary(client);
  } catch (error) {
    if (!(error instanceof UserError) || error.reason.code !== 'not-allowed') throw error;
    throw new UserError({ code: 'library-missing', detail: error.reason.detail }, { cause: error });
  }
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
