import { limits } from './names.ts';
import { readDuration } from './readDuration.ts';

/** The times that agents with a hook obey, as fields of the hash `agent:config`; bounds in ms. */
export const claimTimes = {
  'claims.ttl': { least: 1_000, most: limits.ttl },
  'claims.keep': { least: 1_000, most: limits.ttl },
  'claims.yieldAfter': { least: 0, most: limits.ttl },
  /** A hook that outlives its own limit of 60 s would let the call through. */
  'claims.wait': { least: 0, most: 50_000 },
} as const;
export type ClaimTime = keyof typeof claimTimes;

/** How many agents a fleet may have, beside them in `agent:config`. */
export const agentsMax = 'agents.max';

/** That setting as it is written for agents; null for what is no number of agents. */
export const agentsMaxOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? Math.min(value, 10_000) : null;

/** A setting as it is written for agents, within its bounds: ms of `90s`, `10m` or a number. Null for what is no time. */
export function claimTimeOf(name: ClaimTime, value: unknown): number | null {
  const ms = typeof value === 'number' ? Math.round(value) : typeof value === 'string' ? readDuration(value) : null;
  if (ms === null || !Number.isFinite(ms) || ms < 0) return null;
  const { least, most } = claimTimes[name];
  return Math.min(Math.max(ms, least), most);
}
