import type { Job } from './job.ts';

export type AgentState = Readonly<Record<string, string | number | null>> & { readonly ver: number };

/** Something to do that needs no answer. */
export type Act =
  /** Publish the state and store it under the agent's name. */
  | { do: 'say'; state: AgentState }
  /** Publish only: an old state again, or one overtaken. */
  | { do: 'sayLate'; state: AgentState }
  | { do: 'garble'; text: string }
  | { do: 'edit'; path: string; note: string }
  | { do: 'finish'; job: Job; result: string }
  | { do: 'fail'; job: Job; trouble: string }
  /** Tell what came of a job that was in no queue. */
  | { do: 'report'; job: Job; verdict: string }
  /** Put a job back, so that the next one who asks gets it. */
  | { do: 'giveBack'; job: Job }
  | { do: 'unlock'; path: string }
  /** Lose the connection without a word. */
  | { do: 'drop' };

/** Something whose answer decides what comes next. */
export type Ask =
  | { ask: 'boot' }
  | { ask: 'job' }
  /** What the parent works on. */
  | { ask: 'parent' }
  | LockAsk
  | { ask: 'renew'; path: string; ttlMs: number };

export interface LockAsk {
  ask: 'lock';
  path: string;
  task: string;
  /** Null: a lock without an expiry, as only plain agents can take it. */
  ttlMs: number | null;
  /** How long to wait in line for it, and what to say when that begins; null to ask once. */
  line: { ms: number; meanwhile: AgentState } | null;
}

export type Answer =
  | { to: 'nothing' }
  /** What was stored; `ver` 0 where there was nothing. */
  | { to: 'boot'; ver: number; task: string | null; status: string | null }
  /** `paused`: somebody said to begin nothing new. */
  | { to: 'job'; job: Job | null; paused: boolean }
  | { to: 'parent'; path: string | null }
  | { to: 'lock'; got: boolean }
  | { to: 'renew'; ours: boolean };

export const nothing: Answer = { to: 'nothing' };
