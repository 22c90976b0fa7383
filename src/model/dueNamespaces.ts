import type { Picture } from './picture.ts';

/** What has just run out is left to its holder and to the server's clock for so long, in ms. */
const grace = 100;

/**
 * The namespaces that the library should look after: no function runs when a key expires, so what is over there is told,
 * and what is waited for is given, by the next call. Empty where there is no library.
 */
export function dueNamespaces(picture: Picture, now: number): string[] {
  if (picture.connection.library === null) return [];
  const due = new Set(picture.waits.map((wait) => wait.ns));
  for (const { ns, level, expiresAt } of picture.claims) {
    if (level === 1 && expiresAt !== null && expiresAt + grace <= now) due.add(ns);
  }
  return [...due];
}
