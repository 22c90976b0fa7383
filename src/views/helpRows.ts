import type { Picture } from '../model/picture.ts';
import type { Translator } from '../protocol/reasons.ts';
import type { Row } from './row.ts';

/**
 * Ways out, as rows of the Agents view, while there is no connection and nothing to show. A message stands above them
 * and says why; VS Code shows no welcome text beside a message, so the ways out are rows.
 */
export function helpIds(picture: Picture): readonly string[] {
  const { state, reason } = picture.connection;
  if (picture.agents.length > 0 || reason === null || state === 'live' || state === 'unconfigured') return [];
  return ['help:connect', 'help:startLocalRedis', 'help:showLog'];
}

export function helpRow(id: string, l10n: Translator): Row | null {
  switch (id) {
    case 'help:connect':
      return row(l10n.t('Connect to Redis…'), 'plug', 'signalbox.connect');
    case 'help:startLocalRedis':
      return row(l10n.t('Start a Local Redis'), 'server-process', 'signalbox.startLocalRedis');
    case 'help:showLog':
      return row(l10n.t('Show Log'), 'output', 'signalbox.showLog');
    default:
      return null;
  }
}

const row = (label: string, codicon: string, command: string): Row => ({
  label,
  description: '',
  spoken: label,
  icon: { codicon, color: null },
  contextValue: 'help',
  children: 'none',
  resource: null,
  click: { command },
});
