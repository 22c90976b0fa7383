/** How many checks there were, and how they ended. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function none(): Tally {
  return { passed: 0, failed: 0, skipped: 0 };
}

export function add(to: Tally, more: Tally): void {
  to.passed += more.passed;
  to.failed += more.failed;
  to.skipped += more.skipped;
}
