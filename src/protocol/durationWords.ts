/** A formatter is dear to make and cheap to use, and there is one language. */
export function perLanguage<T>(make: (language: string) => T): (language: string) => T {
  const made = new Map<string, T>();
  return (language) => {
    let formatter = made.get(language);
    if (formatter === undefined) made.set(language, (formatter = make(language)));
    return formatter;
  };
}

const whole = perLanguage((language) => new Intl.NumberFormat(language, { maximumFractionDigits: 0 }));
const tenths = perLanguage((language) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }));
const hundredths = perLanguage((language) => new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }));

/** A duration as people say it, with two or three digits that count: `0.42 ms`, `4.1 ms`, `12 ms`, `1.2 s`, `3 min`, `2 h`. */
export function formatMs(ms: number, language: string): string {
  if (ms < 0.995) return `${hundredths(language).format(ms)} ms`;
  if (ms < 9.95) return `${tenths(language).format(ms)} ms`;
  if (ms < 999.5) return `${whole(language).format(ms)} ms`;
  if (ms < 9_950) return `${tenths(language).format(ms / 1_000)} s`;
  if (ms < 119_500) return `${whole(language).format(ms / 1_000)} s`;
  if (ms < 119.5 * 60_000) return `${whole(language).format(ms / 60_000)} min`;
  return `${whole(language).format(ms / 3_600_000)} h`;
}
