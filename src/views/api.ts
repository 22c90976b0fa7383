import type { Picture } from '../model/picture.ts';
import type { Clock } from '../protocol/clock.ts';
import { Emitter, type Disposable } from '../protocol/emitter.ts';
import type { SignalboxApi } from '../protocol/status.ts';
import { Pacer } from './pacer.ts';

/** What other extensions get once there is a picture: the picture as JSON, and word of its changes at most four times a second. */
export class PublicApi implements Disposable {
  readonly #changed = new Emitter<void>();
  readonly #pacer: Pacer;
  readonly #listening: Disposable;
  readonly api: SignalboxApi;

  constructor(picture: Picture, clock: Clock) {
    this.#pacer = new Pacer(clock, 250, () => this.#changed.fire());
    this.#listening = picture.onDidChange(() => this.#pacer.request());
    this.api = Object.freeze<SignalboxApi>({
      version: 1,
      status: () => picture.status(),
      onDidChange: (listener) => this.#changed.event(listener),
    });
  }

  dispose(): void {
    this.#listening.dispose();
    this.#pacer.dispose();
    this.#changed.dispose();
  }
}
