import type { Disposable } from './emitter.ts';

/** Where time comes from. Injected everywhere, so that tests move it by hand and never sleep. */
export interface Clock {
  /** Milliseconds since 1970 by this machine's clock. */
  now(): number;
  /** Calls once after `ms` milliseconds, unless disposed before. */
  after(ms: number, call: () => void): Disposable;
}

/** A clock that can also measure how long something takes. */
export interface FineClock extends Clock {
  /** Milliseconds with fractions since a moment that stays the same; never goes back, whatever is done to the clock. */
  fine(): number;
}

export const systemClock: FineClock = {
  now: () => Date.now(),
  fine: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};

/** Calls every `ms` milliseconds until disposed. A tick that throws ends the series, as an error of ours should be seen. */
export function every(clock: Clock, ms: number, call: () => void): Disposable {
  let timer: Disposable;
  const tick = (): void => {
    timer = clock.after(ms, tick);
    call();
  };
  timer = clock.after(ms, tick);
  return { dispose: () => timer.dispose() };
}
