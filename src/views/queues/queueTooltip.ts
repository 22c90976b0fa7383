import type { Queue } from '../../model/picture.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { ageText } from '../duration.ts';
import { plain } from '../markdown.ts';
import { clockTime, fact, type TooltipContext } from '../tooltips.ts';
import type { QueuePart } from './queueParts.ts';
import { partWords, stateWord } from './queueText.ts';

/** Markdown about a queue: all that is known of it. */
export function queueTooltip(queue: Queue, { l10n, now }: TooltipContext): string {
  const { seen, name, kind, waiting, active, failed, oldestMs, ns, flow } = queue;
  const lines = [`**${plain(name, 400)}** · ${kindWord(kind, l10n)}`];
  const add = (title: string, value: number | string | null): void => {
    if (value !== null && value !== '') lines.push(fact(title, String(value)));
  };
  add(l10n.t('Waiting'), waiting);
  add(l10n.t('Active'), active);
  add(l10n.t('Failed'), failed);
  if (seen.kind === 'bullmq') {
    for (const state of ['stalled', 'delayed', 'prioritized', 'waitingChildren', 'completed'] as const)
      add(capital(stateWord(state, l10n)), seen[state]);
    add(l10n.t('Ever added'), seen.added);
    add(l10n.t('Paused'), seen.isPaused ? l10n.t('yes') : null);
    add(l10n.t('Written by'), seen.version);
  }
  if (seen.kind === 'stream') {
    add(l10n.t('Entries'), seen.length);
    add(l10n.t('Consumer groups'), seen.groupCount);
  }
  add(l10n.t('Oldest'), oldestMs === null ? null : ageText(oldestMs));
  const rates = flow.perMinute(now);
  if (rates !== null) {
    // A list and a stream without groups tell only how long they are.
    const isLeast = seen.kind === 'list' || (seen.kind === 'stream' && seen.groups.length === 0);
    const rate = (value: number): string =>
      isLeast ? l10n.t('at least {0} a minute', tenth(value)) : l10n.t('{0} a minute', tenth(value));
    add(l10n.t('Arrive'), rate(rates.arrivals));
    add(l10n.t('Leave'), rate(rates.departures));
  }
  add(l10n.t('Memory'), seen.bytes === null ? null : l10n.t('{0} KiB', tenth(seen.bytes / 1024)));
  add(l10n.t('Ends in'), seen.ttlMs === null ? null : ageText(seen.ttlMs));
  add(l10n.t('Namespace'), ns);
  add(l10n.t('Read'), clockTime(now));
  return lines.join('  \n');
}

/** Markdown about what stands in a row below a queue. */
export function partTooltip(part: QueuePart, queue: Queue, l10n: Translator): string {
  const { label, description } = partWords(part, queue, l10n);
  const lines = [`**${plain(label, 200)}** · ${plain(description, 300)}`];
  if (part.kind === 'group') {
    const { read, oldestMs } = part.group;
    if (read !== null) lines.push(fact(l10n.t('Entries read'), String(read)));
    if (oldestMs !== null) lines.push(fact(l10n.t('Longest without an answer'), ageText(oldestMs)));
  }
  if (part.kind === 'consumer')
    lines.push(fact(l10n.t('Last asked'), l10n.t('{0} ago', ageText(part.consumer.idleMs))));
  if (part.kind === 'state' && part.state === 'stalled')
    lines.push(plain(l10n.t('Their workers let the locks end: they stand still until another worker notices.'), 200));
  return lines.join('  \n');
}

export function kindWord(kind: Queue['kind'], l10n: Translator): string {
  if (kind === 'bullmq') return 'BullMQ';
  return kind === 'list' ? l10n.t('list') : l10n.t('stream');
}

const tenth = (value: number): string => String(Math.round(value * 10) / 10);
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
