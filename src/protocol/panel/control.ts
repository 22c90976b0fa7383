/** Who obeys what is published on a channel, where anybody does. */
export type Obeyed = 'agents' | 'agent' | 'waiters' | 'server' | 'queues';

const rules: readonly [pattern: RegExp, obeyed: Obeyed][] = [
  [/^__/, 'server'],
  // In a cluster its prefix stands in braces, so that a queue's keys are on one node.
  [/^(bull|\{bull\}):/, 'queues'],
  [/(^|:)agent:control$/, 'agents'],
  [/(^|:)agent:inbox:/, 'agent'],
  [/(^|:)signalbox:/, 'waiters'],
];

/**
 * Who acts on what is published on this channel; null for a channel that only tells. A namespace counts whether or not it
 * is one of ours: the fleet that obeys may be somebody else's.
 */
export function obeyedBy(channel: string): Obeyed | null {
  return rules.find(([pattern]) => pattern.test(channel))?.[1] ?? null;
}
