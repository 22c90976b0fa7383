import type { FineClock } from '../../src/protocol/clock.ts';
import type { Disposable } from '../../src/protocol/emitter.ts';

/** A clock that stands still until it is moved; what falls due is called in order on the way. */
export class FakeClock implements FineClock {
  #now: number;
  #calls: { at: number; call: () => void }[] = [];

  constructor(now = Date.parse('2026-01-01T00:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  fine(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): Disposable {
    const entry = { at: this.#now + ms, call };
    this.#calls.push(entry);
    return { dispose: () => void (this.#calls = this.#calls.filter((other) => other !== entry)) };
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#calls.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#calls = this.#calls.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
    this.#now = end;
  }
}
