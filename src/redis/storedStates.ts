import { decodeStored } from '../protocol/decode.ts';
import { sampleOf } from '../protocol/json.ts';
import type { FeedMessage } from '../protocol/messages.ts';
import { stateHash } from '../protocol/names.ts';
import type { Redis } from './client.ts';

/** As many as the picture keeps; a hash with more is read no further. */
const maxStored = 1_000;

/**
 * The decoded entries of a namespace's state hash, read in small pages, since each may be as large as a state can be.
 * @throws the client's error, also when the key is no hash
 */
export async function* readStored(client: Redis, ns: string): AsyncGenerator<FeedMessage> {
  const channel = ns + stateHash;
  let cursor = '0';
  let count = 0;
  do {
    const [next, flat] = await client.hscan(channel, cursor, 'COUNT', 100);
    cursor = next;
    for (let i = 0; i + 1 < flat.length && count < maxStored; i += 2, count++) {
      const text = flat[i + 1]!;
      const decoded = decodeStored(flat[i]!, text);
      if (decoded.ok) yield { kind: 'stored', ns, message: decoded.value };
      else yield { kind: 'malformed', ns, channel, reason: decoded.reason, sample: sampleOf(text) };
    }
  } while (cursor !== '0' && count < maxStored);
}
