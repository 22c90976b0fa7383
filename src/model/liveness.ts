import { activityOf } from '../protocol/activity.ts';
import type { Liveness } from '../protocol/status.ts';

/** Silences after which a plain agent counts as something else, in ms. */
export const livenessLimits = { idle: 60_000, stalled: 120_000, dead: 600_000 } as const;

/** What is known of an agent's signs of life, in ms by the observer's clock. */
export interface Signs {
  readonly status: string | null;
  /** The last thing heard from it, or when it was read from what was stored. */
  readonly heardAt: number;
  /** When it last had an active status; when it became known where it never had. */
  readonly activeAt: number;
}

/**
 * Liveness from plain traffic alone: dead after 10 min of silence, stalled after 120 s of silence with an active
 * status, idle after 60 s without an active one, else working.
 */
export function livenessOf(signs: Signs, now: number): Liveness {
  const silence = now - signs.heardAt;
  if (silence >= livenessLimits.dead) return 'dead';
  if (activityOf(signs.status) === 'active') return silence >= livenessLimits.stalled ? 'stalled' : 'working';
  return now - signs.activeAt >= livenessLimits.idle ? 'idle' : 'working';
}
