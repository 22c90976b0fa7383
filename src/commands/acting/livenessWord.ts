import type { Agent } from '../../model/picture.ts';
import type { Translator } from '../../protocol/reasons.ts';

/** What an agent does, in a word or two for a list to choose from. */
export function livenessWord(agent: Agent, l10n: Translator): string {
  if (agent.paused !== null && agent.liveness !== 'dead') return l10n.t('paused');
  switch (agent.liveness) {
    case 'working':
      return l10n.t('working');
    case 'job':
      return l10n.t('waiting on a job');
    case 'you':
      return l10n.t('waiting for you');
    case 'limited':
      return l10n.t('rate-limited');
    case 'idle':
      return l10n.t('idle');
    case 'stalled':
      return l10n.t('stalled');
    case 'dead':
      return l10n.t('dead');
    case 'unknown':
      return l10n.t('not heard yet');
  }
}
