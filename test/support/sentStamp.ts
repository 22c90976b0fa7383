/** A clock that all processes of this machine share, in µs; Python's `time.monotonic_ns` is the same one. */
export const microseconds = (): number => Number(process.hrtime.bigint()) / 1_000;

/** A text that says when it was sent, as long as `length`. */
export function sentStamp(length: number): string {
  return `sent ${String(microseconds())} `.padEnd(length, '.');
}

/** When a text says that it was sent; null where it does not. */
export function sentIn(text: unknown): number | null {
  const stamp = typeof text === 'string' ? /^sent ([\d.]+) /.exec(text)?.[1] : undefined;
  return stamp === undefined ? null : Number(stamp);
}
