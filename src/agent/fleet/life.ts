import type { Clock } from '../../protocol/clock.ts';
import type { Redis } from '../../redis/client.ts';
import { Pause } from './pause.ts';

/** What goes on until it is ended, over a connection of its own that is opened when it is first needed. */
export class Life {
  readonly #connect: () => Promise<Redis>;
  readonly #pause: Pause;
  readonly #over = new AbortController();
  #redis: Redis | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(clock: Clock, connect: () => Promise<Redis>) {
    this.#connect = connect;
    this.#pause = new Pause(clock);
  }

  /** `live` runs until the life is over. */
  start(live: (life: Life) => Promise<void>): void {
    this.#running = live(this);
  }

  /** Ends waits and connection; resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    this.#over.abort();
    this.#pause.dispose();
    this.drop();
    await this.#running;
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Aborts when it is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  pause(ms: number): Promise<void> {
    return this.#pause.for(ms);
  }

  /** The current connection, or a new one after it was dropped. */
  async connection(): Promise<Redis> {
    this.#redis ??= await this.another();
    return this.#redis;
  }

  /** A connection that whoever asked for it ends. */
  async another(): Promise<Redis> {
    const redis = await this.#connect();
    if (!this.isOver) return redis;
    redis.disconnect();
    throw new Error('ended while connecting');
  }

  /** Loses the connection without a word. */
  drop(): void {
    this.#redis?.disconnect();
    this.#redis = null;
  }
}
