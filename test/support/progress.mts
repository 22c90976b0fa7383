const started = performance.now();

/** Seconds since the process began, or since `from` (a `performance.now()`), as `3.2 s`. */
export function seconds(from = started): string {
  return `${((performance.now() - from) / 1000).toFixed(1)} s`;
}

/** One line of progress, with the time since the start of the run before it. */
export function say(text: string): void {
  console.log(`[${seconds().padStart(7)}] ${text}`);
}

/** Says what begins, waits for it, and says how long it took when that was worth a line. */
export async function during<T>(text: string, work: () => Promise<T>): Promise<T> {
  say(`${text} …`);
  const from = performance.now();
  const result = await work();
  if (performance.now() - from > 1000) say(`${text}: done in ${seconds(from)}`);
  return result;
}
