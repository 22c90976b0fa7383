import { overlapping, type Session } from '../overlaps.ts';
import type { Entry } from './history.ts';

const began = new Set(['claim', 'transfer']);
const ended = new Set(['release', 'expire', 'break']);

/** From when to when each file was whose, by the history. What has no end there ends with the last entry. */
export function holdsOf(entries: readonly Entry[]): Session[] {
  const holds: Session[] = [];
  const open = new Map<string, { agent: string; from: number }>();
  const close = (task: string, to: number): void => {
    const hold = open.get(task);
    if (hold) holds.push({ task, ...hold, to });
    open.delete(task);
  };
  for (const { kind, agent, at, data } of entries) {
    const resource = String(data['resource']);
    // A transfer ends the hold of whom it is taken from; a claim never does, so that two of them would overlap.
    if (kind === 'transfer' || ended.has(kind)) close(resource, at);
    if (!began.has(kind) || open.get(resource)?.agent === agent) continue;
    // Whoever had it still has it, for all that was written down: that is an overlap, however long.
    if (open.has(resource)) close(resource, Infinity);
    open.set(resource, { agent, from: at });
  }
  for (const task of open.keys()) close(task, entries.at(-1)?.at ?? 0);
  return holds;
}

/** How many holds overlap with that of another agent on the same file. */
export const overlapsOf = (entries: readonly Entry[]): { holds: number; overlaps: number } => {
  const holds = holdsOf(entries);
  return { holds: holds.length, overlaps: overlapping(holds).size };
};
