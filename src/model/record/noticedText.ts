import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { WatchEvent } from '../../protocol/status.ts';

type Data = Readonly<Record<string, unknown>>;

/** What is said of something that no text came with. */
export function noticedText(event: WatchEvent, l10n: Translator): string {
  const data = (typeof event.data === 'object' && event.data !== null ? event.data : {}) as Data;
  const agent = short(event.agent ?? '?');
  const resource = short(event.resource ?? '?');
  switch (event.kind) {
    case 'claim':
      return l10n.t('{0} holds {1}', agent, resource);
    case 'renew':
      return l10n.t('{0} holds {1} for longer', agent, resource);
    case 'transfer':
      return l10n.t('{0} has got {1} from another', agent, resource);
    case 'release':
      return l10n.t('{0} no longer holds {1}', agent, resource);
    case 'expire':
      return l10n.t('The claim of {0} on {1} ran out', agent, resource);
    case 'state':
    case 'stale':
    case 'divergent':
      return [agent, word(data['status']), word(data['task'])].filter((part) => part !== '').join(' ');
    case 'duplicate': {
      const [first, second] = Array.isArray(data['agents']) ? data['agents'].map(word) : [];
      return l10n.t('{0} and {1} are both active on {2}', first ?? '?', second ?? agent, resource);
    }
    case 'connection':
      return connectionText(word(data['state']), l10n);
    case 'recovered':
      return l10n.t('Changes {0} to {1} were read from the history', word(data['from']), word(data['to']));
    case 'gap':
      return typeof data['ms'] === 'number'
        ? silenceText(data['ms'], l10n)
        : l10n.t('What happened before this is not known');
    case 'malformed':
    case 'denied':
    case 'unclaimed':
    case 'premature':
    case 'wait':
    case 'event':
    case 'message':
    case 'control':
    case 'queue':
      return [event.agent, event.resource, word(event.data)]
        .map((part) => (part === null ? '' : short(part)))
        .filter((part) => part !== '')
        .join(' ');
  }
}

/** In whole numbers of the unit that suits, which are written alike in every language. */
function silenceText(ms: number, l10n: Translator): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 120) return l10n.t('Nothing was heard for {0} s', seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return l10n.t('Nothing was heard for {0} min', minutes);
  return l10n.t('Nothing was heard for {0} h', Math.round(minutes / 60));
}

function connectionText(state: string, l10n: Translator): string {
  switch (state) {
    case 'live':
      return l10n.t('Connected');
    case 'connecting':
      return l10n.t('Connecting');
    case 'reconnecting':
      return l10n.t('The connection was lost');
    case 'refused':
      return l10n.t('The server refused the connection');
    default:
      return l10n.t('Not connected');
  }
}

const short = (text: string): string => displayText(text, 200);

function word(value: unknown): string {
  if (value === undefined || value === null) return '';
  return short(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}
