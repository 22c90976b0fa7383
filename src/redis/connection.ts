import { every, type Clock } from '../protocol/clock.ts';
import { Emitter, type Disposable } from '../protocol/emitter.ts';
import { newClient, type Redis } from './client.ts';
import { begin } from './opening.ts';
import { retryDelay } from './options.ts';
import { Route } from './route.ts';
import type { ConnectionSettings } from './settings.ts';
import { UserError } from './userError.ts';

/** How often a connection is looked at, which finds one that is dead without having been closed, in ms. */
const lookInterval = 5_000;

/**
 * One connection that comes back by itself, until it is disposed, and says so. What is asked while it is away fails at
 * once. In a cluster it follows the namespace to the node that has it.
 */
export class Connection implements Disposable {
  readonly client: Redis;
  /** Looks whether this is the right server, and proves that the connection lives. */
  readonly #check: () => Promise<boolean>;
  readonly #up = new Emitter<void>();
  readonly #looking: Disposable;
  /** It was lost, and that it is back has not been told. */
  #isAway = false;
  #disposed = false;

  /** It is back after having been lost. */
  readonly onUp = this.#up.event;

  private constructor(client: Redis, clock: Clock, check: () => Promise<boolean>) {
    this.client = client;
    this.#check = check;
    client.on('close', () => (this.#isAway = true));
    client.on('ready', () => void this.#arrived());
    this.#looking = every(clock, lookInterval, () => void this.#look());
  }

  /** For calls. @throws UserError as `begin` does, and where the keys of the namespace are on many nodes */
  static async open(settings: ConnectionSettings, clock: Clock): Promise<Connection> {
    const route = new Route();
    const client = await newClient(settings, retryDelay, route);
    const here = await begin(client, settings, clock, route);
    if (here.length === 0) {
      client.disconnect();
      throw new UserError({ code: 'cluster' });
    }
    return new Connection(client, clock, async () => (await route.find(client, settings.namespaces)) !== null);
  }

  /** For a subscription, which in a cluster any node serves. @throws UserError as `begin` does */
  static async openForListening(settings: ConnectionSettings, clock: Clock): Promise<Connection> {
    const client = await newClient(settings, retryDelay);
    await begin(client, settings, clock);
    return new Connection(client, clock, async () => {
      await client.ping();
      return true;
    });
  }

  get isUp(): boolean {
    return !this.#isAway && !this.#disposed;
  }

  dispose(): void {
    this.#disposed = true;
    this.#looking.dispose();
    this.client.disconnect();
    this.#up.dispose();
  }

  async #arrived(): Promise<void> {
    if (!(await this.#isRight())) return;
    // Lost again meanwhile.
    if (this.#disposed || this.client.status !== 'ready') return;
    this.#isAway = false;
    this.#up.fire();
  }

  async #look(): Promise<void> {
    if (!this.#isAway) await this.#isRight();
  }

  /** Where it is not, or nothing answers, the connection is begun anew. */
  async #isRight(): Promise<boolean> {
    const isRight = await this.#check().catch(isReply);
    // `true`: come back. One that is on its way back already needs no push.
    if (!isRight && !this.#disposed && this.client.status === 'ready') this.client.disconnect(true);
    return isRight;
  }
}

/**
 * A client for a call that blocks, which nothing may come behind: so nobody looks whether it lives. In a cluster it is
 * connected to the node that the namespace is on. Ends with `disconnect()`.
 * @throws UserError as `begin` does
 */
export async function openForBlocking(settings: ConnectionSettings, clock: Clock): Promise<Redis> {
  const route = new Route();
  const client = await newClient(settings, retryDelay, route);
  await begin(client, settings, clock, route);
  return client;
}

/** Whether a server refused, which proves that it is there: it may be loading, or not let us ask. */
const isReply = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError';
