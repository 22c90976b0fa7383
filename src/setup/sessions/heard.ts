import { sidePrefix } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';

/** As many as the library keeps; a hash with more is read no further. */
const most = 1_000;

/**
 * What the agents of a namespace said of themselves, by their ids: the values of the hash `signalbox:agents`.
 * @throws the client's error, also when the key is no hash
 */
export async function agentsHeard(client: Redis, ns: string): Promise<Map<string, string>> {
  const heard = new Map<string, string>();
  let cursor = '0';
  do {
    const [next, flat] = await client.hscan(`${ns}${sidePrefix}agents`, cursor, 'COUNT', 200);
    cursor = next;
    for (let i = 0; i + 1 < flat.length && heard.size < most; i += 2) heard.set(flat[i]!, flat[i + 1]!);
  } while (cursor !== '0' && heard.size < most);
  return heard;
}
