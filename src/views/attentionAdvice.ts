import type { AttentionItem } from '../model/picture.ts';
import type { Translator } from '../protocol/reasons.ts';

/** What a person can do about it in this window, by the names of the commands; undefined where the row's own text says it. */
export function attentionAdvice(item: AttentionItem, l10n: Translator): string | undefined {
  const dismiss = l10n.t('Dismiss hides the row until it happens again.');
  switch (item.kind) {
    case 'waiting-on-you':
      return l10n.t(
        'Show Terminal goes there, if it is one of this window. Dismiss hides the row until it asks again.',
      );
    case 'conflict':
      if (item.waits !== undefined) {
        return l10n.t(
          'Message Agent asks the holder to let go, Hand Over Claim gives it to who waits, and Break Claim frees it. Compare shows both versions.',
        );
      }
      if (item.spelling !== undefined) return l10n.t('Message Agent tells one of them, or Break Claim ends one claim.');
      return item.resource === null
        ? l10n.t('Show Terminal or Message Agent to find out; Pause Agent stops both.')
        : l10n.t('Pause Agent or Message Agent stops one of them.');
    case 'deadlock':
      return l10n.t('It was told so, and need not be helped. If it comes again, Message Agent or Hand Over Claim.');
    case 'dead-holder':
      return l10n.t('Break Claim frees it now, and Hand Over Claim gives it to another.');
    case 'stalled':
      return l10n.t('Show Terminal to look, Message Agent to ask, or Pause Agent.');
    case 'run-failed':
      if (item.failed === 'run') return `${l10n.t('Run shows its errors.')} ${dismiss}`;
      if (item.agent === null) return dismiss;
      return `${l10n.t('Show Terminal to look, or Message Agent. Its parent, if it has one, is told.')} ${dismiss}`;
    case 'error':
      return item.agent === null ? dismiss : `${l10n.t('Show Terminal to look, or Message Agent.')} ${dismiss}`;
    case 'unguarded':
      return `${l10n.t('Compare shows the changes, and Message Agent tells who made them.')} ${dismiss}`;
    case 'restarted':
      return l10n.t('Accept as a New Run takes it as it is now.');
    case 'no-expiry':
      return l10n.t('Message Agent to have it released, or Break Claim.');
    case 'health':
      return undefined;
  }
}
