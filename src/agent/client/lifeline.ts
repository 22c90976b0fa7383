import { every, type Clock } from '../../protocol/clock.ts';
import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import { newClient, type Redis } from '../../redis/client.ts';
import { retryDelay } from '../../redis/options.ts';
import { reasonOf } from '../../redis/reason.ts';
import { redactUrl } from '../../redis/redact.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import { UserError } from '../../redis/userError.ts';
import { isPassing } from './passing.ts';

/** How long a call is repeated for want of a connection, where nothing else limits it, in ms. */
export const patience = 5_000;
/** How often a connection is tried, which finds one that is dead without having been closed, in ms. */
const pingInterval = 5_000;
/** Before the next try of what failed for want of a connection, if none comes back earlier, in ms. */
const againDelay = 250;

/** One connection that comes back by itself, for ever, and says so. What is asked while it is away fails at once. */
export class Lifeline implements Disposable {
  readonly client: Redis;
  readonly #clock: Clock;
  readonly #up = new Emitter<void>();
  readonly #down = new Emitter<void>();
  readonly #trying: Disposable;
  /** It was lost, and that it is back has not been told. */
  #isAway = false;
  #disposed = false;

  /** It is back after having been lost. */
  readonly onUp = this.#up.event;
  readonly onDown = this.#down.event;

  private constructor(client: Redis, clock: Clock) {
    this.client = client;
    this.#clock = clock;
    client.on('close', () => {
      if (this.#isAway || this.#disposed) return;
      this.#isAway = true;
      this.#down.fire();
    });
    client.on('ready', () => {
      this.#isAway = false;
      this.#up.fire();
    });
    this.#trying = every(clock, pingInterval, () => void this.#try());
  }

  /** @throws UserError when the first attempt fails */
  static async open(settings: ConnectionSettings, clock: Clock): Promise<Lifeline> {
    return new Lifeline(await connected(settings), clock);
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

  async #try(): Promise<void> {
    if (this.#isAway) return;
    try {
      await this.client.ping();
    } catch {
      // `true`: come back. Does nothing to one that is on its way back already.
      if (!this.#isAway && !this.#disposed) this.client.disconnect(true);
    }
  }
}

/**
 * A connected client whose commands fail at once while it has no connection.
 * @throws UserError when the first attempt fails
 */
export async function connected(settings: ConnectionSettings): Promise<Redis> {
  const client = await newClient(settings, retryDelay);
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    // Else it would go on trying.
    client.disconnect();
    throw new UserError(reasonOf(error, redactUrl(settings.url)), { cause: error });
  }
}
