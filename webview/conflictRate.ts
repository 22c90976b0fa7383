import type { Now } from '../src/protocol/panel/picture.ts';
import type { Words } from './page.ts';
import { formatPart, formatRate } from './words.ts';

export interface ConflictRate {
  /** `3.5%`, or `2.6 a task`. */
  readonly text: string;
  /** Whether it is in percent of the tasks, and not how many there were for each. */
  readonly isPart: boolean;
}

/** Harmful conflicts over tasks: in percent up to 100 %, and above, where that says little, as how many a task had. */
export function conflictRate({ conflicts, tasks }: Now, l10n: Words, language: string): ConflictRate | null {
  if (tasks === 0) return null;
  const rate = conflicts / tasks;
  return rate <= 1
    ? { text: formatPart(rate, language), isPart: true }
    : { text: l10n.t('{0} a task', formatRate(rate, language)), isPart: false };
}
