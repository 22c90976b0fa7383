import { formatMs, perLanguage } from '../src/protocol/durationWords.ts';
import type { Words } from './page.ts';

/** Translates by what the extension sent; a text without a translation stays English. */
export function wordsOf(translations: Readonly<Record<string, string>>): Words {
  const known = new Map(Object.entries(translations));
  return {
    t: (text, ...args) =>
      (known.get(text) ?? text).replace(/\{(\d+)\}/g, (whole, index: string) => {
        const value = args[Number(index)];
        return value === undefined ? whole : String(value);
      }),
  };
}

const whole = perLanguage((language) => new Intl.NumberFormat(language, { maximumFractionDigits: 0 }));
const tenths = perLanguage((language) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }));
const percent = perLanguage(
  (language) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }),
);
const clockTime = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const time = perLanguage((language) => new Intl.DateTimeFormat(language, { ...clockTime, fractionalSecondDigits: 3 }));
const shortTime = perLanguage((language) => new Intl.DateTimeFormat(language, clockTime));

export { formatMs };

/** How long something lasts, in whole seconds, minutes or hours: for ages, where parts of a second say nothing. */
export function formatAge(ms: number, language: string): string {
  return ms < 999.5
    ? `${whole(language).format(Math.max(0, ms) / 1_000)} s`
    : formatMs(Math.round(ms / 1e3) * 1e3, language);
}

/** `HH:MM:SS.mmm` by the clock of this machine, with the language's own decimal sign. */
export const formatTime = (at: number, language: string): string => time(language).format(at);

/** `HH:MM:SS`. */
export const formatShortTime = (at: number, language: string): string => shortTime(language).format(at);

/** A whole number, with its thousands apart. */
export const formatCount = (count: number, language: string): string => whole(language).format(count);

/** A rate, to a tenth. */
export const formatRate = (rate: number, language: string): string => tenths(language).format(rate);

/** A part of one, in percent. */
export const formatPart = (part: number, language: string): string => percent(language).format(part);
