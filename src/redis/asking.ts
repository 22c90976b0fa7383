import { configKey } from '../protocol/names.ts';
import type { Reason, Right } from '../protocol/reasons.ts';
import type { Redis } from './client.ts';
import type { Following } from './following.ts';
import type { Calls } from './library/calls.ts';
import { readPast, type Past } from './past.ts';
import { isForbidden, missingRight } from './rights.ts';
import type { ConnectionSettings } from './settings.ts';
import { UserError } from './userError.ts';

/** What a feed's connection can be asked beside what it tells by itself, while it is live. */
export class Asking {
  readonly #settings: ConnectionSettings;
  readonly #following: Following;
  readonly #reason: (error: unknown) => Reason;
  #client: Redis | undefined;

  constructor(settings: ConnectionSettings, following: Following, reason: (error: unknown) => Reason) {
    this.#settings = settings;
    this.#following = following;
    this.#reason = reason;
  }

  /** The connection is live. */
  use(client: Redis): void {
    this.#client = client;
  }

  /** It is not any more. */
  stop(): void {
    this.#client = undefined;
  }

  /**
   * Sends a text on a channel and says how many subscribers it reached (on a cluster: of the node that was asked).
   * @throws UserError when there is no connection or the server refuses
   */
  async publish(channel: string, payload: string): Promise<number> {
    const client = this.#live;
    try {
      return await client.publish(channel, payload);
    } catch (error) {
      throw new UserError(this.#reason(error), { cause: error });
    }
  }

  /**
   * The function library's calls in a namespace.
   * @throws UserError when there is no connection, or the namespace is not on the node of the cluster that we are on
   */
  calls(ns: string): Calls {
    if (!this.#client) throw new UserError({ code: 'closed' });
    return this.#following.calls(ns);
  }

  /**
   * Sets fields of what the agents of a namespace have to obey, and takes out those that are null.
   * @throws UserError as `calls` does, and when the server refuses
   */
  async configure(ns: string, fields: ReadonlyMap<string, number | null>): Promise<void> {
    this.calls(ns);
    const client = this.#live;
    const set = [...fields].flatMap(([name, value]) => (value === null ? [] : [name, String(value)]));
    const gone = [...fields].flatMap(([name, value]) => (value === null ? [name] : []));
    try {
      if (set.length > 0) await client.hset(ns + configKey, ...set);
      if (gone.length > 0) await client.hdel(ns + configKey, ...gone);
    } catch (error) {
      throw new UserError(this.#reason(error), { cause: error });
    }
  }

  /**
   * One of these fields; null where it is not set, or no number.
   * @throws UserError as `calls` does, and when the server refuses
   */
  async obeyed(ns: string, name: string): Promise<number | null> {
    this.calls(ns);
    try {
      const text = await this.#live.hget(ns + configKey, name);
      return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
    } catch (error) {
      throw new UserError(this.#reason(error), { cause: error });
    }
  }

  /** As {@link readPast}. @throws UserError as `calls` does, and when the server refuses */
  past(ns: string, before: number | string | null, count: number): Promise<Past> {
    return this.act(ns, 'history', (client) => readPast(client, ns, before, count));
  }

  /**
   * What `act` makes of the connection's client, whose commands each end within 5 s. Where this user may not do it, the error
   * names `right` and the rules that give it, with those in `also`.
   * @throws UserError as `calls` does, when the server refuses, and whatever `act` throws that is one
   */
  async act<T>(ns: string, right: Right, act: (client: Redis) => Promise<T>, also: readonly string[] = []): Promise<T> {
    this.calls(ns);
    try {
      return await act(this.#live);
    } catch (error) {
      if (error instanceof UserError) throw error;
      const reason = isForbidden(error) ? missingRight(right, ns, this.#settings, also) : this.#reason(error);
      throw new UserError(reason, { cause: error });
    }
  }

  get #live(): Redis {
    if (!this.#client) throw new UserError({ code: 'closed' });
    return this.#client;
  }
}
