import type { WatchKind } from '../../src/protocol/status.ts';
import type { Words } from '../page.ts';
import { markWord } from './markWords.ts';

/** What happened, in words: a kind of `watch --json`, `heard` or `command`. One that is not known stands as it is. */
export function kindWord(kind: string, l10n: Words): string {
  const known = kind as WatchKind | 'heard' | 'command';
  switch (known) {
    case 'state':
      return l10n.t('state');
    case 'event':
      return l10n.t('event');
    case 'message':
      return l10n.t('message to an agent');
    case 'control':
      return l10n.t('pause or resume');
    case 'claim':
      return l10n.t('claim');
    case 'renew':
      return l10n.t('claim renewed');
    case 'release':
      return l10n.t('claim released');
    case 'expire':
      return l10n.t('claim ran out');
    case 'transfer':
      return l10n.t('claim handed over');
    case 'wait':
      return l10n.t('waiting for a claim');
    case 'queue':
      return l10n.t('queue');
    case 'connection':
      return l10n.t('connection');
    case 'heard':
      return l10n.t('heard on another channel');
    case 'command':
      return l10n.t('command');
    case 'stale':
    case 'divergent':
    case 'duplicate':
    case 'premature':
    case 'denied':
    case 'unclaimed':
    case 'recovered':
    case 'malformed':
    case 'gap':
      return markWord(known, l10n);
    default:
      return kind;
  }
}
