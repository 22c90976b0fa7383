import { constants } from 'node:os';
import type { Disposable } from '../../protocol/emitter.ts';

/** What a person or a system sends to end a program. */
const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a program ended. */
export interface Ended {
  /** As a shell reports it: 128 and more for a signal, 127 and 126 for a program that could not be started. */
  code: number;
  signal: NodeJS.Signals | null;
  /** Why it could not be started; null where it was. */
  failure: string | null;
}

/** What a shell reports of a program that a signal ended. */
export const signalCode = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** Makes Ctrl-C and its like an abort instead of an end, until disposed. */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController();
  readonly #listener = (signal: NodeJS.Signals): void => this.#controller.abort(signal);

  constructor() {
    for (const signal of ending) process.on(signal, this.#listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The end of a program that was ended so. */
  get asEnd(): Ended {
    const signal = (this.signal.reason as NodeJS.Signals | undefined) ?? 'SIGINT';
    return { code: signalCode(signal), signal, failure: null };
  }

  dispose(): void {
    for (const signal of ending) process.off(signal, this.#listener);
  }
}
