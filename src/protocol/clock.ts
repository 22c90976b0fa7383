import type { Disposable } from './emitter.ts';

/** Where time comes from. Injected everywhere, so that tests move it by hand and never sleep. */
export interface Clock {
  /** Milliseconds since 1970 by this machine's clock. */
  now(): number;
  /** Calls once after `ms` milliseconds, unless disposed before. */
  after(ms: number, call: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
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
