import type { Clock } from '../protocol/clock.ts';
import type { Reason } from '../protocol/reasons.ts';
import { Connection } from '../redis/connection.ts';
import { loadLibrary, type Loaded } from '../redis/library/load.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { UserError } from '../redis/userError.ts';
import { agentsHeard } from './sessions/heard.ts';

/** How a server was found. */
export interface ServerState {
  /** The function library that is there now; null where that is not known. */
  library: Loaded | null;
  /** What the agents of the namespace said of themselves. */
  agents: string[];
  /** What stood in the way; null where nothing did. */
  reason: Reason | null;
}

/** Puts the function library on the server and asks who was heard. Takes a few seconds at most and never rejects. */
export async function prepareServer(settings: ConnectionSettings, ns: string, clock: Clock): Promise<ServerState> {
  const state: ServerState = { library: null, agents: [], reason: null };
  let connection: Connection | undefined;
  try {
    connection = await Connection.open({ ...settings, namespaces: [ns] }, clock);
    state.library = await loadLibrary(connection.client);
    state.agents = [...(await agentsHeard(connection.client, ns)).values()];
  } catch (error) {
    state.reason = error instanceof UserError ? error.reason : { code: 'other', detail: (error as Error).message };
  } finally {
    connection?.dispose();
  }
  return state;
}
