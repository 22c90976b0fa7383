import type { Random } from './random.ts';

/** What goes wrong in real fleets now and then, so that it can be seen here too. */
export type Fault =
  /** An update that is older than what the agent said before. */
  | 'stale'
  /** Two updates that arrive the wrong way round. */
  | 'swapped'
  /** A payload that is no JSON. */
  | 'garbled'
  /** The connection drops with a lock held; the agent comes back later and reads what it was doing. */
  | 'crash';

/** Chances per step of work. With nine agents there are about two steps a second. */
const chances: readonly (readonly [Fault, number])[] = [
  ['stale', 0.025],
  ['swapped', 0.012],
  ['garbled', 0.008],
  ['crash', 0.004],
];

/** Chance that a lock is taken without an expiry. */
export const noExpiryChance = 0.02;

/** Chance that a job ends in an error. */
export const failureChance = 0.07;

export function chooseFault(random: Random): Fault | null {
  let left = random();
  for (const [fault, chance] of chances) {
    if (left < chance) return fault;
    left -= chance;
  }
  return null;
}
