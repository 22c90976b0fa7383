import type { Agent, Hooked } from '../model/picture.ts';
import { doingSince, wishOf } from '../model/wish.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Translator } from '../protocol/reasons.ts';
import { roughAgeText } from './duration.ts';

/** A tool as a row names it; those of MCP servers have long names. */
export const toolName = (tool: string): string => displayText(tool, 30);

/** The first thing to know of an agent that a hook tells of: what it does, or what it waits for, and for how long. */
export function hookWord(agent: Agent, hook: Hooked, now: number, l10n: Translator): string {
  const since = (word: string, at: number): string => `${word} ${roughAgeText(now - at)}`;
  const silent = (word: string): string => (agent.seenAt === null ? word : since(word, agent.seenAt));
  switch (agent.liveness) {
    case 'working':
      return hook.tool === null ? l10n.t('working') : l10n.t('running {0}', toolName(hook.tool));
    case 'job':
      return hook.phase === 'job' || hook.tool === null
        ? since(l10n.t('waiting on a job'), hook.since)
        : since(l10n.t('running {0}', toolName(hook.tool)), hook.toolSince);
    case 'you':
      return since(wishWord(hook.tool, l10n), doingSince(hook));
    case 'limited':
      return since(l10n.t('rate-limited'), hook.since);
    case 'idle':
      return since(l10n.t('idle'), hook.since);
    case 'stalled':
      return silent(l10n.t('stalled'));
    case 'dead':
      return hook.presence === 'gone' ? l10n.t('its process has ended') : silent(l10n.t('dead'));
    case 'unknown':
      return l10n.t('not heard yet');
  }
}

/** What an agent wants of a person. */
export function wishWord(tool: string | null, l10n: Translator): string {
  switch (wishOf(tool)) {
    case 'permission':
      return l10n.t('waiting for your permission');
    case 'answer':
      return l10n.t('has a question for you');
    case 'plan':
      return l10n.t('wants its plan approved');
    case 'something':
      return l10n.t('waiting for you');
  }
}

/** The tool that a person is to permit; null where none is waited for. */
export const toolToPermit = ({ liveness, hook }: Agent): string | null =>
  liveness === 'you' && hook?.tool && wishOf(hook.tool) === 'permission' ? toolName(hook.tool) : null;
