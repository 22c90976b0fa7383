const units: Record<string, number> = { '': 1, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `1500`, `90s`, `10m` or `2h`; null for anything else. */
export function readDuration(text: string): number | null {
  const [, digits, unit] = /^(\d{1,12})(ms|s|m|h|)$/.exec(text.trim()) ?? [];
  return digits === undefined || unit === undefined ? null : Number(digits) * (units[unit] ?? 1);
}

/** How a time is written, for whoever wrote something else. */
export const timeLooks = 'a whole number with ms, s, m or h behind it (a plain number is milliseconds)';
