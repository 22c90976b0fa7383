export type Reply = [error: Error | null, value: unknown];

/** A queue before it is known how it stands. */
export interface FoundQueue {
  readonly name: string;
  readonly key: Buffer;
  readonly ttlMs: number | null;
  readonly bytes: number | null;
}

/** Reads some at a time, so that neither the server nor this program is held up by all of them. */
export async function inPages<T, R>(
  items: readonly T[],
  size: number,
  read: (page: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const seen: R[] = [];
  for (let i = 0; i < items.length; i += size) seen.push(...(await read(items.slice(i, i + size))));
  return seen;
}
