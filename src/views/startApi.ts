import { blankStatus } from '../model/blank.ts';
import type { Clock } from '../protocol/clock.ts';
import { Emitter } from '../protocol/emitter.ts';
import type { SignalboxApi } from '../protocol/status.ts';
import { guarded } from './guarded.ts';

/** What other extensions get at once: nothing is configured, until there is a picture that says more. */
export class StartApi {
  readonly #changed = new Emitter<void>();
  #joined: SignalboxApi | undefined;
  readonly api: SignalboxApi;

  constructor(observer: { readonly id: string; readonly since: number }, clock: Clock) {
    this.api = Object.freeze<SignalboxApi>({
      version: 1,
      status: () => this.#joined?.status() ?? blankStatus(observer, clock.now()),
      // A listener of another extension may throw as it likes.
      onDidChange: (listener) => this.#changed.event(() => guarded(listener)),
    });
  }

  /** From now on there is a picture. It ends with its own parts. */
  join(api: SignalboxApi): void {
    this.#joined = api;
    api.onDidChange(() => this.#changed.fire());
  }
}
