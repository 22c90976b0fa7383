import type { Right, Translator } from './reasons.ts';

/** What is not seen where a right is missing. */
export function lack(what: Right, l10n: Translator): string {
  switch (what) {
    case 'updates':
      return l10n.t("This user may not subscribe to the agents' states, so they are not live.");
    case 'events':
      return l10n.t("This user may not subscribe to the agents' events.");
    case 'library':
      return l10n.t(
        'This user may not read what the function library decided, so claims are seen by their locks only.',
      );
    case 'stored':
      return l10n.t('This user may not read the stored states, so agents appear when they next publish.');
    case 'keys':
      return l10n.t('This user may not scan for keys, so locks and queues are not seen.');
    case 'locks':
      return l10n.t('This user may not read locks.');
    case 'queues':
      return l10n.t('This user may not read the lengths of queues.');
    case 'values':
      return l10n.t('This user may not read progress, pipelines, results and errors.');
    case 'channels':
      return l10n.t('This user may not subscribe to these channel patterns.');
    case 'history':
      return l10n.t('This user may not read the history.');
    case 'monitor':
      return l10n.t('This user may not see the commands that the server is given (MONITOR).');
    case 'keyDeeds':
      return l10n.t('This user may not do that with these keys.');
  }
}
