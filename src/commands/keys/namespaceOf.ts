import type { Acting } from '../acting/acting.ts';

/** The longest namespace that a key begins with, on whose node of a cluster it is; else any. */
export function namespaceOf({ picture }: Acting, key: string): string {
  const { namespaces } = picture.connection;
  const longestFirst = namespaces.toSorted((a, b) => b.length - a.length);
  return longestFirst.find((ns) => key.startsWith(ns)) ?? namespaces[0] ?? '';
}
