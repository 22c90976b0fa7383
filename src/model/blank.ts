import type { Counts, Status } from '../protocol/status.ts';
import type { Change, Connection } from './picture.ts';

/** A connection before there is one. */
export const unconfigured: Omit<Connection, 'since' | 'seqs'> = {
  state: 'unconfigured',
  url: null,
  server: null,
  notifications: false,
  rttMs: null,
  looks: null,
  library: null,
  namespaces: [],
  reason: null,
  troubles: new Map(),
};

/** What has changed since the last time it was told. */
export class Delta implements Change {
  connection = false;
  attention = false;
  readonly agents = new Set<string>();
  readonly claims = new Set<string>();
  run = false;
  readonly queues = new Set<string>();

  get isEmpty(): boolean {
    return (
      !this.connection && !this.attention && !this.run && this.agents.size + this.claims.size + this.queues.size === 0
    );
  }
}

export function noCounts(): Counts {
  return {
    stale: 0,
    divergent: 0,
    duplicate: 0,
    premature: 0,
    denied: 0,
    unclaimed: 0,
    recovered: 0,
    malformed: 0,
    tasks: 0,
  };
}

/** What other programs read before there is a picture, at `now`. */
export function blankStatus(observer: { readonly id: string; readonly since: number }, now: number): Status {
  const { state, server, url, library, notifications, rttMs } = unconfigured;
  return {
    v: 1,
    at: new Date(now).toISOString(),
    observer: { id: observer.id, since: new Date(observer.since).toISOString() },
    connection: { state, server, url, library, notifications, rttMs, namespaces: [] },
    agents: [],
    claims: [],
    queues: [],
    counts: noCounts(),
    attention: [],
  };
}
