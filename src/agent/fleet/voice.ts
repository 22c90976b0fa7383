import type { AgentState, LockAsk } from './acts.ts';

/** What an agent tells of beside its state. */
export type News = 'task-completed' | 'error' | 'reviewed';

/** How an agent coordinates with others: by plain commands, or by the function library. All reject when the connection does. */
export interface Voice {
  /** Begins a run; the text of the state that an earlier one stored, null or empty where there is none. */
  boot(): Promise<string | null>;
  say(state: AgentState): Promise<void>;
  /** Whether it is ours now. Times are as the asker means them, in ms. */
  lock(ask: LockAsk): Promise<boolean>;
  /** Whether it is still ours. */
  renew(path: string, ttlMs: number): Promise<boolean>;
  unlock(path: string): Promise<void>;
  tell(kind: News, path: string, detail: string): Promise<void>;
  /** Whether somebody said to begin nothing new. */
  paused(): Promise<boolean>;
}
