import type { ListSeen } from '../../src/protocol/queueSeen.ts';

/** Raw lists as a sweep meets them: their names with their lengths. */
export const listsSeen = (lengths: Readonly<Record<string, number>>): ListSeen[] =>
  Object.entries(lengths).map(([name, length]) => listSeen(name, length));

export const listSeen = (name: string, length: number): ListSeen => ({
  kind: 'list',
  name,
  ttlMs: null,
  bytes: null,
  length,
  failed: null,
});
