import { limits } from '../../protocol/names.ts';
import type { Held } from '../../redis/library/calls.ts';
import type { Desk } from './command.ts';
import { heldAmong } from './lease.ts';
import { plainly, type Session } from './session.ts';
import { row } from './words.ts';

/**
 * The tokens with which an agent holds resources. Without one that was given they are those of the locks as they stand; a
 * resource that is not the agent's has none.
 */
export async function tokensFor(
  { client, ns }: Session,
  agent: string,
  resources: readonly string[],
  given: number | null,
): Promise<Held[]> {
  if (given !== null) return resources.map((resource): Held => [resource, given]);
  const leases = await plainly(() => heldAmong(client, ns, agent, resources));
  return leases.map(({ resource, token }): Held => [resource, token]);
}

/** Parts of a list that a single call takes. */
export function portions<T>(all: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += limits.resourcesPerCall) {
    parts.push(all.slice(from, from + limits.resourcesPerCall));
  }
  return parts;
}

/** Prints for each resource the word, or `gone` where it was not the agent's; true if all were. */
export function printOutcome(
  resources: readonly string[],
  word: string,
  isDone: (resource: string) => boolean,
  desk: Desk,
): boolean {
  for (const resource of resources) desk.output.print(row(resource, isDone(resource) ? word : 'gone'));
  return resources.every(isDone);
}
