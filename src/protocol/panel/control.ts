import type { Translator } from '../reasons.ts';

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

/** The sentence that says who acts on it. */
export function obeyedText(obeyed: Obeyed, l10n: Translator): string {
  switch (obeyed) {
    case 'agents':
      return l10n.t('Agents obey what is published on this channel: they pause, or go on.');
    case 'agent':
      return l10n.t('The agent whose inbox this is may act on it as on a message from another agent.');
    case 'waiters':
      return l10n.t('This name belongs to Signalbox itself: agents that wait for a claim may act on it.');
    case 'server':
      return l10n.t('Redis itself, its replicas or its sentinels may act on it.');
    case 'queues':
      return l10n.t('Workers of BullMQ may act on it.');
  }
}
