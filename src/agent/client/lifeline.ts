import type { Clock } from '../../protocol/clock.ts';
import { Emitter, type Disposable, type Event } from '../../protocol/emitter.ts';
import type { Redis } from '../../redis/client.ts';
import { Connection } from '../../redis/connection.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import { isPassing } from '../../redis/passing.ts';

/** How long a call is repeated for want of a connection, where nothing else limits it, in ms. */
export const patience = 5_000;
/** Before the next try of what failed for want of a connection, if none comes back earlier, in ms. */
const againDelay = 250;

/** A connection on which calls can be insisted on while it comes back. */
export class Lifeline implements Disposable {
  readonly #connection: Connection;
  readonly #clock: Clock;
  /** Who waits for the connection need not any more: it is back, or disposed. */
  readonly #go = new Emitter<void>();
  #disposed = false;

  private constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    connection.onUp(() => this.#go.fire());
  }

  /** For commands. @throws UserError as `Connection.open` does */
  static async open(settings: ConnectionSettings, clock: Clock): Promise<Lifeline> {
    return new Lifeline(await Connection.open(settings, clock), clock);
  }

  /** For a subscription. @throws UserError as `Connection.openForListening` does */
  static async openForListening(settings: ConnectionSettings, clock: Clock): Promise<Lifeline> {
    return new Lifeline(await Connection.openForListening(settings, clock), clock);
  }

  get client(): Redis {
    return this.#connection.client;
  }

  get isUp(): boolean {
    return this.#connection.isUp;
  }

  /** It is back after having been lost. */
  get onUp(): Event<void> {
    return this.#connection.onUp;
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
      const listener = this.#go.event(done);
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#connection.dispose();
    this.#go.fire();
    this.#go.dispose();
  }
}
