import { every, type Clock } from '../../protocol/clock.ts';
import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import { newClient, type Redis } from '../../redis/client.ts';
import { retryDelay } from '../../redis/options.ts';
import { reasonOf } from '../../redis/reason.ts';
import { redactUrl } from '../../redis/redact.ts';
import { Route } from '../../redis/route.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import { UserError } from '../../redis/userError.ts';
import { isPassing } from './passing.ts';

/** How long a call is repeated for want of a connection, where nothing else limits it, in ms. */
export const patience = 5_000;
/** How often a connection is tried, which finds one that is dead without having been closed, in ms. */
const pingInterval = 5_000;
/** Before the next try of what failed for want of a connection, if none comes back earlier, in ms. */
const againDelay = 250;

/**
 * One connection that comes back by itself, for ever, and says so. What is asked while it is away fails at once. In a
 * cluster it follows the namespace to the node that has it.
 */
export class Lifeline implements Disposable {
  readonly client: Redis;
  readonly #clock: Clock;
  /** Looks whether this is the right server, and proves that the connection lives. */
  readonly #check: () => Promise<boolean>;
  readonly #up = new Emitter<void>();
  readonly #trying: Disposable;
  /** It was lost, and that it is back has not been told. */
  #isAway = false;
  #disposed = false;

  /** It is back after having been lost. */
  readonly onUp = this.#up.event;

  private constructor(client: Redis, clock: Clock, check: () => Promise<boolean>) {
    this.client = client;
    this.#clock = clock;
    this.#check = check;
    client.on('close', () => (this.#isAway = true));
    client.on('ready', () => void this.#arrived());
    this.#trying = every(clock, pingInterval, () => void this.#try());
  }

  /** For commands. @throws UserError when the first attempt fails */
  static async open(settings: ConnectionSettings, clock: Clock): Promise<Lifeline> {
    const route = new Route();
    const client = await connected(settings, route);
    return new Lifeline(client, clock, async () => (await route.find(client, settings.namespaces)) !== null);
  }

  /** For a subscription, which in a cluster any node serves. @throws UserError when the first attempt fails */
  static async openForListening(settings: ConnectionSettings, clock: Clock): Promise<Lifeline> {
    const client = await newClient(settings, retryDelay);
    await begun(settings, client, () => client.connect());
    return new Lifeline(client, clock, async () => {
      await client.ping();
      return true;
    });
  }

  get isUp(): boolean {
    return !this.#isAway && !this.#disposed;
  }

  /**
   * Calls, and where it fails for want of a connection calls again when that is back, for `ms` from now. For calls whose
   * repetition is harmless.
   */
  async insist<T>(ms: number, call: () => Promise<T>): Promise<T> {
    const until = this.#clock.now() + ms;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const left = until - this.#clock.now();
        if (!isPassing(error) || left <= 0 || this.#disposed) throw error;
        await this.again(Math.min(left, againDelay));
      }
    }
  }

  /** Resolves when the connection comes back, or after a moment. */
  again(ms = againDelay): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.dispose();
        listener.dispose();
        resolve();
      };
      const timer = this.#clock.after(ms, done);
      const listener = this.#up.event(done);
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#trying.dispose();
    this.client.disconnect();
    // Who waits for the connection need not any more.
    this.#up.fire();
    this.#up.dispose();
  }

  async #arrived(): Promise<void> {
    if (!(await this.#isRight())) return;
    // Lost again meanwhile.
    if (this.#disposed || this.client.status !== 'ready') return;
    this.#isAway = false;
    this.#up.fire();
  }

  async #try(): Promise<void> {
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
 * A connected client whose commands fail at once while it has no connection; in a cluster, to the node that the namespace is
 * on.
 * @throws UserError when the first attempt fails
 */
export async function connected(settings: ConnectionSettings, route = new Route()): Promise<Redis> {
  const client = await newClient(settings, retryDelay, route);
  await begun(settings, client, async () => {
    await client.connect();
    let here = await route.find(client, settings.namespaces);
    if (here === null) {
      const ended = new Promise<void>((resolve) => void client.once('end', resolve));
      client.disconnect();
      await ended;
      await client.connect();
      here = await route.find(client, settings.namespaces);
    }
    // Its keys are on many nodes.
    if (here?.length === 0) throw new UserError({ code: 'cluster' });
  });
  return client;
}

/** Whether a server refused, which proves that it is there: it may be loading, or not let us ask. */
const isReply = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError';

/** Ends a client whose beginning fails, which would else go on trying. @throws UserError with what the failure means */
async function begun(settings: ConnectionSettings, client: Redis, begin: () => Promise<void>): Promise<void> {
  client.on('error', () => {});
  try {
    await begin();
  } catch (error) {
    client.disconnect();
    throw error instanceof UserError
      ? error
      : new UserError(reasonOf(error, redactUrl(settings.url)), { cause: error });
  }
}
