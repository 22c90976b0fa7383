import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';

/** A key that is to end may be there a moment longer, since time left is told in whole ms. */
const moment = 2;
/** Later ends than this are looked at when they are nearer, in ms. */
const horizon = 600_000;

/** When keys end, counted here: a server with many keys tells of one that has ended only when it meets it. */
export class Deadlines implements Disposable {
  readonly #clock: Clock;
  readonly #due: (key: Buffer) => void;
  readonly #ends = new Map<string, { key: Buffer; at: number }>();
  #timer: Disposable | undefined;

  /** @param due this key should have ended */
  constructor(clock: Clock, due: (key: Buffer) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** A key was read: so many ms are left of it; null where it does not end or is not there. */
  set(key: Buffer, ttlMs: number | null): void {
    if (ttlMs === null) this.#ends.delete(key.toString('latin1'));
    else this.#ends.set(key.toString('latin1'), { key, at: this.#clock.now() + ttlMs + moment });
  }

  /** To be called after keys were set. */
  arm(): void {
    this.#timer?.dispose();
    let first = Infinity;
    for (const { at } of this.#ends.values()) first = Math.min(first, at);
    const left = Math.max(first - this.#clock.now(), 0);
    if (left < horizon) this.#timer = this.#clock.after(left, () => this.#ring());
  }

  clear(): void {
    this.#timer?.dispose();
    this.#ends.clear();
  }

  dispose(): void {
    this.clear();
  }

  #ring(): void {
    const now = this.#clock.now();
    for (const [name, { key, at }] of this.#ends) {
      if (at > now) continue;
      this.#ends.delete(name);
      this.#due(key);
    }
    this.arm();
  }
}
