import type { FineClock } from '../../protocol/clock.ts';

/** How much may be done in a second; what is more is not done. */
export class Allowance {
  readonly #clock: FineClock;
  readonly #perSecond: number;
  #from = -Infinity;
  #left = 0;

  constructor(clock: FineClock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** Takes what something costs. Answers false, and takes nothing, where this second has not as much left. */
  take(cost: number): boolean {
    const now = this.#clock.fine();
    if (now - this.#from >= 1_000) {
      this.#from = now;
      this.#left = this.#perSecond;
    }
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }
}
