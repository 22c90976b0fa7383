import type { Redis } from './client.ts';

/** As many as the picture keeps; a hash with more is read no further. */
const maxStored = 1_000;

/**
 * The fields and values of the state hash, in small pages, since a value may be as large as a state can be.
 * @throws the client's error, also when the key is no hash
 */
export async function* readStored(client: Redis, key: string): AsyncGenerator<[field: string, value: string]> {
  let cursor = '0';
  let count = 0;
  do {
    const [next, flat] = await client.hscan(key, cursor, 'COUNT', 100);
    cursor = next;
    for (let i = 0; i + 1 < flat.length && count < maxStored; i += 2, count++) yield [flat[i]!, flat[i + 1]!];
  } while (cursor !== '0' && count < maxStored);
}
