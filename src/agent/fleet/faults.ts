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

type Chances = readonly (readonly [Fault, number])[];

/** Chances per step of work. With two plain agents of nine theirs are about one step in two seconds. */
const plainChances: Chances = [
  ['stale', 0.05],
  ['swapped', 0.025],
  ['garbled', 0.035],
  ['crash', 0.008],
];

/** What the library refuses, or makes in one piece, cannot go wrong. The others take about two steps a second. */
const libraryChances: Chances = [['crash', 0.003]];

/** Chance that a plain lock is taken without an expiry. */
export const noExpiryChance = 0.1;

export function chooseFault(plain: boolean, random: Random): Fault | null {
  let left = random();
  for (const [fault, chance] of plain ? plainChances : libraryChances) {
    if (left < chance) return fault;
    left -= chance;
  }
  return null;
}

/**
 * Whether an agent's job ends in an error, `jobs` being how many it has had with this one. A plain agent's third does,
 * so that whoever looks need not wait for long, and every tenth after it.
 */
export function goesWrong(plain: boolean, jobs: number, random: Random): boolean {
  return plain ? jobs % 10 === 3 : random() < 0.003;
}
