import { lagOf } from '../../model/queueFigures.ts';
import type { Queue } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { roughAgeText } from '../duration.ts';
import type { RowIcon } from '../row.ts';
import type { BullState, QueuePart } from './queueParts.ts';

const failed = 'signalbox.conflictForeground';
const late = 'signalbox.agentStalledForeground';
/** A consumer that has work and did not ask for more for so long, in ms, may be gone. */
const longIdle = 60_000;

/** What a queue's row says behind its name. */
export function queueDescription(queue: Queue, now: number, l10n: Translator): string {
  const { seen, waiting, active, oldestMs } = queue;
  const isPaused = seen.kind === 'bullmq' && seen.isPaused;
  const stalled = seen.kind === 'bullmq' ? seen.stalled : 0;
  const rates = queue.flow.perMinute(now);
  return joined(
    isPaused ? l10n.t('paused') : '',
    l10n.t('{0} waiting', waiting),
    active ? l10n.t('{0} active', active) : '',
    stalled > 0 ? l10n.t('{0} stalled', stalled) : '',
    queue.failed ? l10n.t('{0} failed', queue.failed) : '',
    oldestMs === null ? '' : l10n.t('oldest {0}', roughAgeText(oldestMs)),
    rates === null ? '' : perMinute('+', rates.arrivals, l10n),
    rates === null ? '' : perMinute('−', rates.departures, l10n),
  );
}

export function queueIcon({ seen, waiting, failed: broken }: Queue): RowIcon {
  const color = broken ? failed : null;
  if (seen.kind === 'stream') return { codicon: 'pulse', color };
  if (seen.kind === 'list') return { codicon: waiting > 0 ? 'layers-active' : 'layers', color };
  return { codicon: seen.isPaused ? 'debug-pause' : 'server-process', color: seen.stalled > 0 ? late : color };
}

/** What the row of a part says: its name, and what stands behind it. */
export function partWords(part: QueuePart, queue: Queue, l10n: Translator): { label: string; description: string } {
  const { seen } = queue;
  switch (part.kind) {
    case 'group': {
      const { name, lag, pending, oldestMs, consumerCount } = part.group;
      const length = seen.kind === 'stream' ? seen.length : 0;
      const waits = lagOf(part.group, length);
      const description = joined(
        lag === null && waits > 0 ? l10n.t('at most {0} waiting', waits) : l10n.t('{0} waiting', waits),
        l10n.t('{0} active', pending),
        oldestMs === null ? '' : l10n.t('oldest {0}', roughAgeText(oldestMs)),
        consumerCount === 1 ? l10n.t('1 consumer') : l10n.t('{0} consumers', consumerCount),
      );
      return { label: displayText(name, 80), description };
    }
    case 'consumer': {
      const { name, pending, idleMs } = part.consumer;
      const description = joined(l10n.t('{0} active', pending), l10n.t('idle {0}', roughAgeText(idleMs)));
      return { label: displayText(name, 80), description };
    }
    case 'state':
      return { label: stateWord(part.state, l10n), description: String(part.count) };
    case 'parent': {
      const { name, id, open, done } = part.parent;
      const description = joined(l10n.t('{0} of {1} children done', done, open + done), displayText(id, 40));
      return { label: displayText(name, 80), description };
    }
    case 'child':
      return {
        label: displayText(part.child.name, 80),
        description: joined(stateWord(part.child.state, l10n), displayText(part.child.key, 80)),
      };
    case 'more':
      return { label: l10n.t('{0} more', part.count), description: '' };
  }
}

export function partIcon(part: QueuePart): RowIcon {
  switch (part.kind) {
    case 'group':
      return { codicon: 'organization', color: null };
    case 'consumer':
      return { codicon: 'person', color: part.consumer.pending > 0 && part.consumer.idleMs > longIdle ? late : null };
    case 'state':
      return stateIcon(part.state);
    case 'parent':
      return { codicon: 'type-hierarchy-sub', color: null };
    case 'child':
      return stateIcon(part.child.state);
    case 'more':
      return { codicon: 'ellipsis', color: null };
  }
}

export function stateWord(state: BullState, l10n: Translator): string {
  switch (state) {
    case 'waiting':
      return l10n.t('waiting');
    case 'active':
      return l10n.t('active');
    case 'stalled':
      return l10n.t('stalled');
    case 'delayed':
      return l10n.t('delayed');
    case 'prioritized':
      return l10n.t('with a priority');
    case 'waitingChildren':
      return l10n.t('waiting for children');
    case 'failed':
      return l10n.t('failed');
    case 'completed':
      return l10n.t('completed');
  }
}

const stateIcons: Readonly<Record<BullState, RowIcon>> = {
  waiting: { codicon: 'circle-large-outline', color: null },
  active: { codicon: 'play-circle', color: null },
  stalled: { codicon: 'warning', color: late },
  delayed: { codicon: 'watch', color: null },
  prioritized: { codicon: 'arrow-up', color: null },
  waitingChildren: { codicon: 'type-hierarchy', color: null },
  failed: { codicon: 'error', color: failed },
  completed: { codicon: 'pass', color: null },
};
const stateIcon = (state: BullState): RowIcon => stateIcons[state];

/** Whole numbers: a row that reads otherwise is drawn anew. */
const perMinute = (sign: string, rate: number, l10n: Translator): string =>
  rate === 0 ? '' : l10n.t('{0}/min', rate < 1 ? `${sign}<1` : sign + String(Math.round(rate)));

const joined = (...parts: string[]): string => parts.filter(Boolean).join(' · ');
