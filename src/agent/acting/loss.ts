import { decodeChange, type Change } from '../../protocol/changes.ts';
import { historyKey } from '../../protocol/names.ts';
import { short } from '../statusText.ts';
import type { Session } from './session.ts';

/** How far back it is looked for why a lease was lost. */
const entriesRead = 2_000;

/**
 * How an agent lost a lease, in words, as the history tells; null where it gave it back itself.
 * @throws the client's error
 */
export async function lossText(
  { client, ns }: Pick<Session, 'client' | 'ns'>,
  agent: string,
  resource: string,
  token: number,
): Promise<string | null> {
  const name = short(resource, 1024);
  let isReturned = false;
  for (const [, fields] of await client.xrevrange(ns + historyKey, '+', '-', 'COUNT', entriesRead)) {
    const decoded = decodeChange(fields[fields.indexOf('data') + 1] ?? '');
    const change = decoded.ok ? decoded.value : null;
    if (change === null || !('resource' in change) || change.resource !== resource) continue;
    // Its parent has it back, also where its time had run out, which was told before.
    if (change.kind === 'transfer' && change.from === agent && change.reason === 'returned') isReturned = true;
    const words = wordsOf(change, agent, token);
    if (words !== undefined) return words === null ? null : `${name} ${words}`;
  }
  return isReturned ? null : `${name} is not held any more`;
}

/** Null for the agent's own doing; undefined where the change is not what ended this lease. */
function wordsOf(change: Change, agent: string, token: number): string | null | undefined {
  const why = 'reason' in change && change.reason ? `: ${short(change.reason, 200)}` : '';
  if (change.kind === 'transfer') {
    const isKin = change.reason === 'kin' || change.reason === 'returned';
    if (change.from !== agent || isKin) return undefined;
    return `was handed to ${short(change.agent)} by ${short(change.by)}${why}`;
  }
  if (!('token' in change) || change.token !== token) return undefined;
  if (change.kind === 'break') return `was ended by ${short(change.by)}${why}`;
  if (change.kind === 'expire') return 'ended, since it was not renewed in time';
  if (change.kind !== 'release') return undefined;
  return change.reason === null ? null : `was lost, since its lock was ${short(change.reason)}`;
}
