import type { Reason } from '../protocol/reasons.ts';
import { unconfigured } from './blank.ts';
import type { Connection } from './picture.ts';

/** How the connection stands. */
export class ConnectionBook {
  #current: Connection;

  /** @param seqs the numbers that are shown beside the namespaces, as they grow */
  constructor(seqs: ReadonlyMap<string, number>, now: number) {
    this.#current = { ...unconfigured, seqs, since: now };
  }

  get current(): Connection {
    return this.#current;
  }

  /** Begins anew; returns whether it is to the same server and namespaces. */
  open(url: string, namespaces: readonly string[], now: number): boolean {
    const before = this.#current;
    const blank: Partial<Connection> = { ...unconfigured, since: now };
    this.set({ ...blank, url, namespaces: [...namespaces], state: 'connecting' });
    return url === before.url && namespaces.join('\n') === before.namespaces.join('\n');
  }

  /** Sets the state; returns whether there is nothing to be connected to any more. */
  turn(state: Connection['state'], reason: Reason | null, now: number): boolean {
    if (state === 'unconfigured') {
      this.set({ ...unconfigured, since: now });
      return true;
    }
    const since = state === this.#current.state ? this.#current.since : now;
    this.set({ state, reason, since, ...(state === 'live' ? {} : { rttMs: null }) });
    return false;
  }

  /** What the server does not let us do, or that it does again; returns whether that is new. */
  trouble(what: string, reason: Reason | null): boolean {
    const known = this.#current.troubles.get(what);
    if (JSON.stringify(known ?? null) === JSON.stringify(reason)) return false;
    const troubles = new Map(this.#current.troubles);
    if (reason) troubles.set(what, reason);
    else troubles.delete(what);
    this.set({ troubles });
    return true;
  }

  set(part: Partial<Connection>): void {
    this.#current = { ...this.#current, ...part };
  }
}
