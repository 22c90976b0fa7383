import type { BullSeen, GroupSeen, ListSeen, StreamSeen } from '../../src/protocol/queueSeen.ts';

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

export const groupSeen = (name: string, more: Partial<GroupSeen>): GroupSeen => ({
  name,
  lag: 0,
  read: 0,
  pending: 0,
  oldestMs: null,
  consumers: [],
  consumerCount: more.consumers?.length ?? 0,
  ...more,
});

export const streamSeen = (name: string, length: number, groups: readonly GroupSeen[]): StreamSeen => ({
  kind: 'stream',
  name,
  ttlMs: null,
  bytes: null,
  length,
  groups,
  groupCount: groups.length,
});

export const bullSeen = (name: string, more: Partial<BullSeen>): BullSeen => ({
  kind: 'bullmq',
  name,
  ttlMs: null,
  bytes: null,
  version: 'bullmq:6.7.0',
  isPaused: false,
  waiting: 0,
  active: 0,
  delayed: 0,
  prioritized: 0,
  failed: 0,
  completed: 0,
  waitingChildren: 0,
  stalled: 0,
  added: 0,
  oldestMs: null,
  parents: [],
  ...more,
});
