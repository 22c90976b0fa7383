/** What the words that agents put into `status` mean for the supervisor. */
export type Activity = 'active' | 'final' | 'waiting';

/** How it ended, by a final word. */
export type Ending = 'done' | 'failed' | 'given-up';

const final = new Map<string, Ending>([
  ['done', 'done'],
  ['completed', 'done'],
  ['success', 'done'],
  ['failed', 'failed'],
  ['error', 'failed'],
  ['cancelled', 'given-up'],
  ['skipped', 'given-up'],
]);
const active = new Set(['working', 'in_progress', 'running', 'started', 'active', 'processing']);

/** Any other word, and none at all, means that the agent waits. */
export function activityOf(status: string | null): Activity {
  const word = status?.toLowerCase() ?? '';
  if (final.has(word)) return 'final';
  return active.has(word) ? 'active' : 'waiting';
}

/** How an agent's work ended; null while it did not. */
export const endingOf = (status: string | null): Ending | null => final.get(status?.toLowerCase() ?? '') ?? null;
