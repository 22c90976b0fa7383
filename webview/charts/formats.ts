import { formatAge, formatCount, formatMs, formatPart, formatRate, formatShortTime } from '../words.ts';

const units = [
  { name: 's', ms: 1_000 },
  { name: 'ms', ms: 1 },
  { name: '\u00b5s', ms: 0.001 },
] as const;
const unitOf = (ms: number): (typeof units)[number] => units.find((unit) => ms >= 0.9995 * unit.ms) ?? units[2];

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

  duration(ms: number): string {
    return formatMs(ms, this.#language);
  }

  age(ms: number): string {
    return formatAge(ms, this.#language);
  }

  /** A round duration, as a mark or the bound of a range. */
  bound(ms: number): string {
    const { name, ms: one } = unitOf(ms);
    return `${this.#rough.format(ms / one)} ${name}`;
  }

  /** A range of durations. */
  range(from: number, upTo: number): string {
    const unit = unitOf(from);
    const first = unit === unitOf(upTo) ? this.#rough.format(from / unit.ms) : this.bound(from);
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
