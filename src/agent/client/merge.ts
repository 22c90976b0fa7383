import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';

/**
 * Makes one publish of all that come within a window: the newest. Who published any of them is answered with what
 * becomes of that.
 */
export class Merger<T, R> implements Disposable {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #send: (value: T) => Promise<R>;
  #window: { newest: T; sent: Promise<R>; end: () => void; timer: Disposable } | undefined;

  constructor(clock: Clock, windowMs: number, send: (value: T) => Promise<R>) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#send = send;
  }

  /** What is held back. */
  get newest(): T | undefined {
    return this.#window?.newest;
  }

  push(value: T): Promise<R> {
    if (this.#window) {
      this.#window.newest = value;
      return this.#window.sent;
    }
    let end!: () => void;
    const sent = new Promise<R>((resolve) => {
      end = () => {
        const { newest = value } = this.#window ?? {};
        this.#window = undefined;
        resolve(this.#send(newest));
      };
    });
    this.#window = { newest: value, sent, end, timer: this.#clock.after(this.#windowMs, end) };
    return sent;
  }

  /** Sends what the window holds, without waiting for its end. */
  flush(): void {
    this.#window?.timer.dispose();
    this.#window?.end();
  }

  dispose(): void {
    this.#window?.timer.dispose();
  }
}
