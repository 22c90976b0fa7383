import type { Now } from '../../src/protocol/panel/picture.ts';
import { type ConflictRate, conflictRate } from '../conflictRate.ts';
import type { Words } from '../page.ts';
import { formatAge, formatCount, formatMs, formatPart, formatRate, formatShortTime } from '../words.ts';

/** Numbers and times of the charts in one language. */
export class Formats {
  readonly #language: string;
  readonly #rough: Intl.NumberFormat;
  readonly #minutes: Intl.DateTimeFormat;

  constructor(language: string) {
    this.#language = language;
    this.#rough = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
    this.#minutes = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  }

  count(value: number): string {
    return formatCount(value, this.#language);
  }

  rate(value: number): string {
    return formatRate(value, this.#language);
  }

  percent(part: number): string {
    return formatPart(part, this.#language);
  }

  conflictRate(now: Now, l10n: Words): ConflictRate | null {
    return conflictRate(now, l10n, this.#language);
  }

  duration(ms: number): string {
    return formatMs(ms, this.#language);
  }

  age(ms: number): string {
    return formatAge(ms, this.#language);
  }

  /** The bound of a range of durations, which needs a digit more to differ from the next. */
  bound(ms: number): string {
    return ms < 999.5 ? `${this.#rough.format(ms)} ms` : `${this.#rough.format(ms / 1_000)} s`;
  }

  /** A range of durations. */
  range(from: number, upTo: number): string {
    const isOneUnit = from < 999.5 === upTo < 999.5;
    const first = isOneUnit ? this.#rough.format(from < 999.5 ? from : from / 1_000) : this.bound(from);
    return `${first}\u2013${this.bound(upTo)}`;
  }

  /** Time of day in hours and minutes. */
  minute(at: number): string {
    return this.#minutes.format(at);
  }

  /** Time of day with seconds. */
  time(at: number): string {
    return formatShortTime(at, this.#language);
  }

  /** A second by its time, more by the first and the last of them. */
  span({ at, end }: { readonly at: number; readonly end: number }): string {
    return end - at <= 1_000 ? this.time(at) : `${this.time(at)}–${this.time(end - 1_000)}`;
  }
}
