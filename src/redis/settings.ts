import type { KeyPattern } from '../protocol/keyTable.ts';

/** Everything that decides how and to what we connect. Paths are on the machine where this process runs. */
export interface ConnectionSettings {
  /** `redis://`, `rediss://`, `unix://` or the path of a socket; host, port, user and database may stand in it. */
  url: string;
  username?: string;
  /** From SecretStorage, the environment or a connections file; never from settings or flags. */
  password?: string;
  tls?: { caFile?: string; certFile?: string; keyFile?: string; servername?: string };
  /** Which fleets to show, at least one; the empty text is the plain agents' own. */
  namespaces: readonly string[];
  /** What keys a person named beside those that are known anyway. */
  patterns?: readonly KeyPattern[];
}
