/** Compares ids as people read them: by letters, and by value where digits stand, so `agent-2` is before `agent-10`. */
export function byText(a: string, b: string): number {
  // Made on first use: making one costs more than all the rest of an activation.
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

let collator: Intl.Collator | undefined;

/** A key that no namespace and name can forge for another pair: neither holds a NUL in a Redis client's hands for long. */
export function keyOf(ns: string, name: string): string {
  return `${ns}\u0000${name}`;
}
