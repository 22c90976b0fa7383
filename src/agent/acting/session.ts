import { hostname } from 'node:os';
import type { Clock } from '../../protocol/clock.ts';
import type { Redis } from '../../redis/client.ts';
import { Connection, openForBlocking } from '../../redis/connection.ts';
import { Calls } from '../../redis/library/calls.ts';
import { callFailure } from '../../redis/library/failures.ts';
import { loadLibrary } from '../../redis/library/load.ts';
import { redactUrl } from '../../redis/redact.ts';
import { UserError } from '../../redis/userError.ts';
import type { Line } from '../../redis/library/inLine.ts';
import { parentOf } from './actor.ts';
import type { Desk, Fleet } from './command.ts';

/** A connection on which calls are made in one fleet. */
export interface Session {
  readonly client: Redis;
  readonly calls: Calls;
  readonly ns: string;
  /** The address as it was given; it may hold a password. */
  readonly url: string;
  /** For waiting in line. */
  readonly line: Line;
  close(): void;
}

/** @throws UserError after about 5 s */
export async function openSession({ settings, ns }: Fleet, clock: Clock): Promise<Session> {
  const connection = await Connection.open(settings, clock);
  const { client } = connection;
  const calls = new Calls(client, ns, () => loadMissing(client));
  // A connection of its own: while one is blocked nothing else is answered on it.
  const openBell = (): Promise<Redis> => openForBlocking(settings, clock);
  return {
    client,
    calls,
    ns,
    url: settings.url,
    line: { calls, ns, openBell, clock },
    close: () => connection.dispose(),
  };
}

/** Opens a session, acts in it, and closes it whatever comes of that. */
export async function inFleet(desk: Desk, act: (session: Session) => Promise<number>): Promise<number> {
  const session = await openSession(desk.fleet(), desk.clock);
  try {
    return await act(session);
  } catch (error) {
    throw located(error, session);
  } finally {
    session.close();
  }
}

/** A call does not know where it was sent, which belongs into what is said of its failure. */
export function located(error: unknown, { url }: Session): unknown {
  if (!(error instanceof UserError) || !('where' in error.reason) || error.reason.where !== '') return error;
  return new UserError({ ...error.reason, where: redactUrl(url) }, { cause: error });
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
