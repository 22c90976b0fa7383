import { globEscape } from '../../protocol/names.ts';
import type { Redis } from '../client.ts';

/** What stands in a text for bytes that are none. */
const lost = '\ufffd';
/** More keys than this do not look the same by accident. */
const most = 20;

/**
 * The keys that read like this in a picture, which knows names as texts: one for all that are UTF-8, and those that a scan finds
 * where bytes of a name cannot be read.
 */
export async function keysLike(client: Redis, name: string): Promise<Buffer[]> {
  if (!name.includes(lost)) return [Buffer.from(name)];
  const pattern = name
    .split(new RegExp(`${lost}+`))
    .map(globEscape)
    .join('*');
  const found = new Map<string, Buffer>();
  let cursor = '0';
  do {
    const [next, keys] = await client.scanBuffer(cursor, 'MATCH', pattern, 'COUNT', 1_000);
    cursor = next.toString();
    for (const key of keys) if (key.toString() === name) found.set(key.toString('latin1'), key);
  } while (cursor !== '0' && found.size < most);
  return [...found.values()];
}
