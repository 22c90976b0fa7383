import { limits } from '../../protocol/names.ts';
import type { Held } from '../../redis/library/calls.ts';
import { short } from '../statusText.ts';
import type { Desk } from './command.ts';
import { heldAmong, lockOn } from './lease.ts';
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

/**
 * Prints for each resource the word, or `gone` where it was not the agent's, and tells the person at the terminal whose it
 * is; true if all were.
 */
export async function printOutcome(
  session: Session,
  resources: readonly string[],
  word: string,
  isDone: (resource: string) => boolean,
  desk: Desk,
): Promise<boolean> {
  for (const resource of resources) desk.output.print(row(resource, isDone(resource) ? word : 'gone'));
  const gone = resources.filter((resource) => !isDone(resource));
  // An explanation is not worth an error, nor a look at everything that somebody lost.
  for (const resource of gone.slice(0, limits.resourcesPerCall)) {
    const text = await holderText(session, resource).catch(() => null);
    if (text !== null) desk.output.explain(`signalbox: ${text}`);
  }
  return gone.length === 0;
}

/** Who has a resource now; null where nobody does. */
async function holderText({ client, ns }: Session, resource: string): Promise<string | null> {
  const found = await lockOn(client, ns, resource);
  const name = short(resource, 1024);
  if (found.kind === 'free') return null;
  if (found.kind === 'raw') return `${name} has a plain lock, which is no claim.`;
  return `${name} is held by ${short(found.holder, 128)} with the token ${found.token}.`;
}
