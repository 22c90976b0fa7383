import type { Queue } from '../../model/picture.ts';
import type { BullSeen, ChildSeen, ConsumerSeen, GroupSeen, ParentSeen } from '../../protocol/queueSeen.ts';

/** Jobs of BullMQ in one state. */
export type BullState =
  | ('waiting' | 'active' | 'stalled' | 'delayed' | 'prioritized')
  | ('waitingChildren' | 'failed' | 'completed');

/** What stands in a row below a queue. */
export type QueuePart =
  | { readonly kind: 'group'; readonly group: GroupSeen }
  | { readonly kind: 'consumer'; readonly consumer: ConsumerSeen }
  | { readonly kind: 'state'; readonly state: BullState; readonly count: number }
  | { readonly kind: 'parent'; readonly parent: ParentSeen }
  | { readonly kind: 'child'; readonly child: ChildSeen }
  /** There are more than are read. */
  | { readonly kind: 'more'; readonly count: number };

const states: readonly BullState[] = [
  'waiting',
  'active',
  'stalled',
  'delayed',
  'prioritized',
  'waitingChildren',
  'failed',
  'completed',
];

/** What stands below a queue, or below one of its parts: each by a name that is its own there. */
export function partsOf({ seen }: Queue, path: readonly string[]): ReadonlyMap<string, QueuePart> {
  if (seen.kind === 'list') return new Map();
  if (seen.kind === 'bullmq') return bullParts(seen, path);
  const [name] = path;
  if (name === undefined) {
    const groups = seen.groups.map((group) => [`=${group.name}`, { kind: 'group', group }] as const);
    return withMore(groups, seen.groupCount);
  }
  const group = seen.groups.find((each) => `=${each.name}` === name);
  if (group === undefined || path.length > 1) return new Map();
  const consumers = group.consumers.map((consumer) => [`=${consumer.name}`, { kind: 'consumer', consumer }] as const);
  return withMore(consumers, group.consumerCount);
}

function bullParts(seen: BullSeen, path: readonly string[]): ReadonlyMap<string, QueuePart> {
  const [state, id] = path;
  if (state === undefined) {
    return new Map(
      states.flatMap((each) => (seen[each] > 0 ? [[each, { kind: 'state', state: each, count: seen[each] }]] : [])),
    );
  }
  if (state !== 'waitingChildren') return new Map();
  if (id === undefined) {
    const parents = seen.parents.map((parent) => [`=${parent.id}`, { kind: 'parent', parent }] as const);
    return withMore(parents, seen.waitingChildren);
  }
  const parent = seen.parents.find((each) => `=${each.id}` === id);
  if (parent === undefined || path.length > 2) return new Map();
  const children = parent.children.map((child) => [`=${child.key}`, { kind: 'child', child }] as const);
  return withMore(children, parent.open + parent.done);
}

function withMore(parts: readonly (readonly [string, QueuePart])[], count: number): ReadonlyMap<string, QueuePart> {
  const all = new Map(parts);
  if (count > parts.length) all.set('…', { kind: 'more', count: count - parts.length });
  return all;
}

/** The part at the end of a path; undefined where it has gone. */
export const partAt = (queue: Queue, path: readonly string[]): QueuePart | undefined =>
  partsOf(queue, path.slice(0, -1)).get(path.at(-1) ?? '');
