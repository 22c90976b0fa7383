import { wireOf } from '../../protocol/decode.ts';
import { sampleOf } from '../../protocol/json.ts';
import type { FeedMessage, Wire } from '../../protocol/messages.ts';
import { historyKey, limits, seqKey } from '../../protocol/names.ts';
import { count, placeOf, type Stamp } from '../../protocol/stamp.ts';
import { decodeTold, type Told } from '../broadcasts.ts';
import type { Redis } from '../client.ts';

/** One entry of the history. */
export interface Entry {
  stamp: Stamp;
  /** What was told; a reason where nobody can make sense of it. */
  told: Told | { kind: 'unreadable'; reason: string; wire: Wire };
}

/** How many entries are read at once; each may be as large as a state can be. */
const pageSize = 500;

/**
 * The entries from a number on, in order, in pages. An entry whose id is no number of ours is left out. `asking` is
 * called just before each page is asked for.
 * @throws the client's error
 */
export async function* readHistory(
  client: Redis,
  ns: string,
  from: number,
  asking: () => void,
): AsyncGenerator<Entry[]> {
  for (let start = `${from}-0`; ;) {
    asking();
    const rows = await client.xrange(ns + historyKey, start, '+', 'COUNT', pageSize);
    yield rows.flatMap(([id, fields]) => entryOf(id, fields) ?? []);
    if (rows.length < pageSize) return;
    start = `(${rows.at(-1)![0]}`;
  }
}

/** The entry with this number, if there is one. */
export async function readEntry(client: Redis, ns: string, seq: number): Promise<Entry | undefined> {
  const [row] = await client.xrange(ns + historyKey, `${seq}-0`, `${seq}-0`);
  return row && entryOf(row[0], row[1]);
}

/** The number of the last change; 0 where there was none. */
export async function readSeq(client: Redis, ns: string): Promise<number> {
  return count(await client.get(ns + seqKey)) ?? 0;
}

export function entryOf(id: string, flat: readonly string[]): Entry | undefined {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
  const stamp = placeOf(id, count(fields.get('at')) ?? 0);
  if (!stamp) return undefined;
  const text = fields.get('data') ?? '';
  const decoded = decodeTold(fields.get('kind') ?? '', text);
  if (decoded.ok) return { stamp, told: decoded.value };
  // What cannot be read may be of any size.
  const wire = wireOf(text.length > limits.payload ? sampleOf(text, limits.payload) : text);
  return { stamp, told: { kind: 'unreadable', reason: decoded.reason, wire } };
}

/** How a change came: as it was made; heard, but it had to wait; or read, not having been heard. */
export type Way = 'live' | 'held' | 'recovered';

/** What an entry, or the broadcast of what became one, tells. */
export function messageOf(ns: string, { stamp, told }: Entry, way: Way): FeedMessage {
  const { seq, sub, atUs } = stamp;
  const { wire } = told;
  const how = { recovered: way === 'recovered', ...(way === 'held' ? { held: true } : {}), wire };
  switch (told.kind) {
    case 'accepted':
      return { kind: 'accepted', ns, message: told.message, seq, atUs, ...how };
    case 'change':
      return { kind: 'change', ns, change: told.change, seq: sub === 0 ? seq : null, atUs, ...how };
    case 'unreadable': {
      const { reason } = told;
      return { kind: 'malformed', ns, channel: ns + historyKey, reason, sample: `${seq}-${sub}`, wire };
    }
  }
}
