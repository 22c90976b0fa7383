import type { FeedMessage } from '../protocol/messages.ts';

/** What is held back at most. Beyond it the oldest go on early, which loses nothing. */
const most = 10_000;

/** Messages on their way, which wait here while what is older than they are is still being read. */
export class HeldBack {
  readonly #emit: (message: FeedMessage) => void;
  /** Undefined while none are held back. */
  #waiting: FeedMessage[] | undefined;

  constructor(emit: (message: FeedMessage) => void) {
    this.#emit = emit;
  }

  get isOn(): boolean {
    return this.#waiting !== undefined;
  }

  begin(): void {
    this.#waiting = [];
  }

  take(message: FeedMessage): void {
    if (!this.#waiting) return this.#emit(message);
    this.#waiting.push(message);
    if (this.#waiting.length > most) this.#emit(this.#waiting.shift()!);
  }

  /** Lets all go on. */
  end(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of waiting) this.#emit(message);
  }
}
