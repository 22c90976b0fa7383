/** What the words that agents put into `status` mean for the supervisor. */
export type Activity = 'active' | 'final' | 'waiting';

const final = new Set(['done', 'completed', 'success', 'failed', 'error', 'cancelled', 'skipped']);
const active = new Set(['working', 'in_progress', 'running', 'started', 'active', 'processing']);

/** Any other word, and none at all, means that the agent waits. */
export function activityOf(status: string | null): Activity {
  const word = status?.toLowerCase() ?? '';
  if (final.has(word)) return 'final';
  return active.has(word) ? 'active' : 'waiting';
}
