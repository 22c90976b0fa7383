import type { GroupSeen, QueueSeen } from '../protocol/queueSeen.ts';
import type { Queue } from './picture.ts';

/** What every kind of queue has, of those that have it. */
export interface QueueFigures {
  readonly waiting: number;
  readonly active: number | null;
  readonly failed: number | null;
  readonly oldestMs: number | null;
}

/**
 * What waits: entries of a list; of a stream those that its slowest consumer group was not given yet, or all where it has none.
 * Active is what a group was given and has not acknowledged.
 */
export function figuresOf(seen: QueueSeen): QueueFigures {
  if (seen.kind === 'list') return { waiting: seen.length, active: null, failed: seen.failed, oldestMs: null };
  if (seen.kind === 'bullmq') {
    const { waiting, active, failed, oldestMs } = seen;
    return { waiting, active, failed, oldestMs };
  }
  const { groups, length } = seen;
  if (groups.length === 0) return { waiting: length, active: null, failed: null, oldestMs: null };
  const ages = groups.flatMap(({ oldestMs }) => oldestMs ?? []);
  return {
    waiting: Math.max(...groups.map((group) => lagOf(group, length))),
    active: sum(groups.map(({ pending }) => pending)),
    failed: null,
    oldestMs: ages.length === 0 ? null : Math.max(...ages),
  };
}

/** What a group was not given yet; where Redis does not know, as many as it may be at most. */
export const lagOf = ({ lag, pending }: GroupSeen, length: number): number => lag ?? Math.max(0, length - pending);

/** Whether anything is there that the workers could be given again. */
export const hasToRequeue = ({ kind, active, failed }: Queue): boolean => Boolean(kind === 'stream' ? active : failed);

/** All that a change of which is news. */
export function newsOf(seen: QueueSeen): string {
  if (seen.kind === 'list') return `${seen.length} ${String(seen.failed)}`;
  if (seen.kind === 'stream') {
    const { length, groupCount, groups } = seen;
    return [length, groupCount, ...groups.map((g) => `${lagOf(g, length)} ${g.pending} ${g.consumerCount}`)].join();
  }
  const { oldestMs: _, ttlMs: __, ...news } = seen;
  return JSON.stringify(news);
}

/**
 * What ever came to a queue, where its server counts that, and how much of it is there, done or not. A stream's server tells what
 * came by what a group was given and was not; what all groups have acknowledged has left.
 */
export function countedOf(seen: QueueSeen): { came: number; there: number } | null {
  if (seen.kind === 'bullmq' && seen.added !== null) {
    const { waiting, active, delayed, prioritized, waitingChildren } = seen;
    return { came: seen.added, there: waiting + active + delayed + prioritized + waitingChildren };
  }
  if (seen.kind !== 'stream' || seen.groups.length === 0) return null;
  const counted = seen.groups.flatMap(({ read, lag, pending }) =>
    read === null || lag === null ? [] : [{ came: read + lag, there: lag + pending }],
  );
  if (counted.length < seen.groups.length) return null;
  return { came: Math.max(...counted.map(({ came }) => came)), there: Math.max(...counted.map(({ there }) => there)) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
