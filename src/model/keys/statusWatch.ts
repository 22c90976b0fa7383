import { activityOf, endingOf } from '../../protocol/activity.ts';

/** What time shows of a text that is a status: since when it is what it is, and how long it was active. */
export class StatusWatch {
  #text: string | null = null;
  #activeAt: number | null = null;
  since = 0;
  durationMs: number | null = null;
  /** When it was seen to become one of a failure, while it is. */
  failedAt: number | null = null;
  #hasBegun = false;

  /** Whether it was seen to become active since this was last asked. */
  takeBegun(): boolean {
    const begun = this.#hasBegun;
    this.#hasBegun = false;
    return begun;
  }

  /** `isNew` where it was known not to be there before. */
  note(at: number, text: string, isNew: boolean): void {
    if (text === this.#text) return;
    const isMet = this.#text === null && !isNew;
    this.failedAt = endingOf(text) !== 'failed' || isMet ? null : (this.failedAt ?? at);
    this.#text = text;
    this.since = at;
    const activity = activityOf(text);
    this.#hasBegun = activity === 'active' && !isMet;
    if (activity === 'active') {
      // Of one that was met in the middle nobody knows when it began.
      this.#activeAt = isMet ? null : at;
      this.durationMs = null;
    } else if (activity === 'final' && this.#activeAt !== null) {
      this.durationMs = at - this.#activeAt;
      this.#activeAt = null;
    }
  }
}
