/** A work queue as it was read, each kind with what it has to tell. Names are behind the namespace. */
export type QueueSeen = ListSeen | StreamSeen | BullSeen;

interface AnySeen {
  name: string;
  /** Time left in ms; null without an expiry. */
  ttlMs: number | null;
  /** What its key takes of the server's memory; null where that is not known. */
  bytes: number | null;
}

/** A raw list, which workers pop from. */
export interface ListSeen extends AnySeen {
  kind: 'list';
  length: number;
  /** Entries of the lists `<name>:failed` and `<name>:dead`; null where there is neither. */
  failed: number | null;
}

export interface StreamSeen extends AnySeen {
  kind: 'stream';
  length: number;
  /** As many consumer groups as are kept. */
  groups: readonly GroupSeen[];
  /** How many there are. */
  groupCount: number;
}

export interface GroupSeen {
  name: string;
  /** Entries it was not given yet; null where Redis does not know, as after entries were deleted. */
  lag: number | null;
  /** Entries it was given so far; null where Redis does not know. */
  read: number | null;
  /** Entries that were given to a consumer and not acknowledged. */
  pending: number;
  /** How long ago the oldest of these was given, in ms. */
  oldestMs: number | null;
  /** As many consumers as are kept. */
  consumers: readonly ConsumerSeen[];
  consumerCount: number;
}

export interface ConsumerSeen {
  name: string;
  pending: number;
  /** Since it last asked for entries, in ms. */
  idleMs: number;
}

/** A queue of BullMQ, named by its keys: prefix and name. */
export interface BullSeen extends AnySeen {
  kind: 'bullmq';
  /** What its library calls itself; null where it does not. */
  version: string | null;
  isPaused: boolean;
  waiting: number;
  active: number;
  delayed: number;
  prioritized: number;
  failed: number;
  completed: number;
  waitingChildren: number;
  /** Active jobs whose worker let its lock end, of the first hundred. */
  stalled: number;
  /** Jobs that were ever added. */
  added: number | null;
  /** How long the next one has waited, in ms. */
  oldestMs: number | null;
  /** As many of the jobs that wait for children as are kept. */
  parents: readonly ParentSeen[];
}

export interface ParentSeen {
  id: string;
  name: string;
  /** Children that are not completed yet, and those that are. */
  open: number;
  done: number;
  /** As many of them as are kept. */
  children: readonly ChildSeen[];
}

export interface ChildSeen {
  /** Its queue and id, as its key has them. */
  key: string;
  name: string;
  state: 'waiting' | 'active' | 'completed' | 'failed';
}
