import { exceedsBytes } from '../../protocol/json.ts';
import type { Reason } from '../../protocol/reasons.ts';

/** How many patterns are listened to, and how long one may be in bytes. */
export const patternLimits = { count: 16, bytes: 256 } as const;

type Problem = Extract<Reason, { code: 'bad-pattern' }>;

/** Control characters, line and paragraph separators, and halves of characters. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Those that can be used, each once, and what is wrong with the first that cannot. */
export function usablePatterns(patterns: readonly string[]): { usable: string[]; problem: Problem | null } {
  let problem: Problem | null = null;
  const usable = new Set<string>();
  for (const pattern of patterns) {
    const found = usable.size < patternLimits.count || usable.has(pattern) ? problemOf(pattern) : tooMany;
    if (!found) usable.add(pattern);
    problem ??= found;
  }
  return { usable: [...usable], problem };
}

const tooMany: Problem = { code: 'bad-pattern', why: 'many', limit: patternLimits.count };

function problemOf(pattern: string): Problem | null {
  const limit = patternLimits.bytes;
  if (pattern === '') return { code: 'bad-pattern', why: 'empty', limit };
  if (exceedsBytes(pattern, limit)) return { code: 'bad-pattern', why: 'long', limit };
  return unprintable.test(pattern) ? { code: 'bad-pattern', why: 'unprintable', limit } : null;
}
