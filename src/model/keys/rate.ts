/** Of values that come closer together than this the last one counts, in ms. */
const apart = 1_000;
/** How long a rate looks back, and how many values it remembers, which is enough for one a second. */
const [span, most] = [300_000, 300];
/** From how short a time a rate is not told yet, in ms. */
const shortest = 5_000;

/** How fast a number grows: from its first to its last value within five minutes. Times in ms. */
export class Rate {
  readonly #values: { at: number; value: number }[] = [];

  /** A number that went down began anew, and what was before says nothing of it. */
  note(at: number, value: number): void {
    const last = this.#values.at(-1);
    if (last !== undefined && value < last.value) this.#values.length = 0;
    else if (this.#values.length > 1 && (last?.value === value || at - this.#values.at(-2)!.at < apart))
      this.#values.pop();
    this.#values.push({ at, value });
    while (this.#values.length > most || (this.#values.length > 2 && at - this.#values[1]!.at > span))
      this.#values.shift();
  }

  /** A minute; null while it is not known: before the number has changed, and within its first five seconds. */
  perMinute(now: number): number | null {
    const [first, last] = [this.#values[0], this.#values.at(-1)];
    if (first === undefined || last === undefined || last.value === first.value) return null;
    return now - first.at < shortest ? null : ((last.value - first.value) * 60_000) / (now - first.at);
  }
}
