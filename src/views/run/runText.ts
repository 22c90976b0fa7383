import type { Content, RunItem, Step } from '../../model/keys/runItems.ts';
import { activityOf, endingOf } from '../../protocol/activity.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { roughAgeText, roughLeftText } from '../duration.ts';
import type { RowIcon } from '../row.ts';
import { countText } from './errorRows.ts';

const barLength = 10;
const failed = 'signalbox.conflictForeground';
const early = 'signalbox.agentStalledForeground';

/** What a row says behind its name. */
export function runDescription(item: RunItem, now: number, l10n: Translator): string {
  switch (item.kind) {
    case 'progress': {
      const { done, total, leftMs } = item;
      const share = `${bar(done / total)} ${Math.floor(Math.min(done / total, 1) * 100)}%`;
      const left = leftMs === null || done >= total ? '' : l10n.t('{0} left', roughLeftText(leftMs));
      return joined(share, `${done}/${total}`, perMinute(item.perMinute, l10n), left);
    }
    case 'counter':
      return joined(String(item.value), perMinute(item.perMinute, l10n));
    case 'pipeline':
      return pipelineDescription(item.steps, l10n);
    case 'run':
      return joined(displayText(item.status, 60), roughAgeText(now - item.since));
    case 'result':
    case 'shared':
      return joined(...contentWords(item.content, now, l10n));
    case 'errors':
      return countText(item.count, item.fresh, l10n);
  }
}

/** What a step's row says behind its name. */
export function stepDescription(step: Step, now: number, l10n: Translator): string {
  const isActive = activityOf(step.status) === 'active';
  return joined(
    step.isPremature ? l10n.t('began too early') : '',
    displayText(step.status ?? l10n.t('no status'), 60),
    isActive
      ? roughAgeText(now - step.since)
      : step.durationMs === null
        ? ''
        : l10n.t('took {0}', roughAgeText(step.durationMs)),
    step.results === null ? '' : l10n.t('results'),
  );
}

export function runIcon(item: RunItem): RowIcon {
  switch (item.kind) {
    case 'progress':
      return item.done >= item.total ? { codicon: 'pass', color: null } : { codicon: 'loading', color: null };
    case 'counter':
      return { codicon: 'symbol-numeric', color: null };
    case 'pipeline':
      return item.steps.some((step) => endingOf(step.status) === 'failed')
        ? { codicon: 'error', color: failed }
        : { codicon: 'list-ordered', color: item.steps.some((step) => step.isPremature) ? early : null };
    case 'run':
      return statusIcon(item.status);
    case 'result':
      return { codicon: 'output', color: null };
    case 'shared':
      return { codicon: 'symbol-object', color: null };
    case 'errors':
      return { codicon: 'bug', color: failed };
  }
}

export const stepIcon = (step: Step): RowIcon =>
  step.isPremature ? { codicon: 'warning', color: early } : statusIcon(step.status);

function statusIcon(status: string | null): RowIcon {
  if (endingOf(status) === 'failed') return { codicon: 'error', color: failed };
  if (endingOf(status) === 'given-up') return { codicon: 'circle-slash', color: null };
  if (endingOf(status) === 'done') return { codicon: 'pass', color: null };
  return { codicon: activityOf(status) === 'active' ? 'play-circle' : 'circle-large-outline', color: null };
}

function pipelineDescription(steps: readonly Step[], l10n: Translator): string {
  const at = steps.findIndex((step) => endingOf(step.status) !== 'done');
  const current = steps[at];
  if (current === undefined) return l10n.t('{0} of {1} steps done', steps.length, steps.length);
  const words = current.status === null ? '' : displayText(current.status, 40);
  return joined(l10n.t('{0} of {1} steps done', at, steps.length), joined(displayText(current.name, 40), words));
}

function contentWords(content: Content, now: number, l10n: Translator): string[] {
  const size =
    content.type === 'string'
      ? displayText(content.text ?? '', 60)
      : content.size === 1
        ? l10n.t('1 entry')
        : l10n.t('{0} entries', content.size);
  return [content.expiresAt === null ? '' : l10n.t('{0} left', roughLeftText(content.expiresAt - now)), size];
}

const perMinute = (rate: number | null, l10n: Translator): string =>
  rate === null || rate === 0 ? '' : l10n.t('{0}/min', rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10);

function bar(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * barLength);
  return '■'.repeat(full) + '□'.repeat(barLength - full);
}

const joined = (...parts: string[]): string => parts.filter(Boolean).join(' · ');
