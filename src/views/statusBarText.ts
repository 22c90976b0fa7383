import type { Picture } from '../model/picture.ts';
import { formatMs } from '../protocol/durationWords.ts';
import { reasonText, type Translator } from '../protocol/reasons.ts';
import { countOfAgents, countOfClaims } from './agentText.ts';
import { isConflict } from './attentionWords.ts';
import { server } from './connectionText.ts';
import { fleetMailLines, fleetPausedText, isFleetPaused } from './fleetWords.ts';
import { plain } from './markdown.ts';

/**
 * The status bar's text: what there is while live, else how the connection stands.
 * @param language in which numbers are written
 */
export function statusBarText(picture: Picture, l10n: Translator, language: string): string {
  const { connection, agents, claims, attention } = picture;
  switch (connection.state) {
    case 'unconfigured':
      return '';
    case 'connecting':
      return `$(sync~spin) ${l10n.t('connecting…')}`;
    case 'reconnecting':
      return `$(sync~spin) ${l10n.t('reconnecting…')}`;
    case 'refused':
      return `$(debug-disconnect) ${l10n.t('no connection')}`;
    case 'live': {
      const parts = [countOfAgents(agents.length, l10n)];
      if (claims.length > 0) parts.push(countOfClaims(claims.length, l10n));
      if (isFleetPaused(picture)) parts.push(l10n.t('paused'));
      if (attention.length > 0) {
        parts.push(attention.length === 1 ? l10n.t('1 needs you') : l10n.t('{0} need you', attention.length));
      }
      if (connection.rttMs !== null) parts.push(formatMs(connection.rttMs, language));
      // Not by colour alone: high contrast has no warning background.
      const usual = isFleetPaused(picture) ? '$(debug-pause)' : '$(broadcast)';
      return `${attention.some(isConflict) ? '$(warning)' : usual} ${parts.join(', ')}`;
    }
  }
}

export function statusBarTooltip(picture: Picture, l10n: Translator): string {
  const { connection, counts } = picture;
  const lines = [`**Signalbox** · ${plain(server(connection), 200)}`];
  if (connection.reason !== null) lines.push(plain(reasonText(connection.reason, l10n), 400));
  if (connection.server !== null) {
    const { server: software, library } = connection;
    const words = library === null ? software : l10n.t('{0}, function library {1}', software, library);
    lines.push(plain(words, 120));
  }
  const paused = fleetPausedText(picture, l10n);
  if (paused !== '') lines.push(plain(paused, 400));
  for (const line of fleetMailLines(picture, l10n)) lines.push(plain(line, 300));
  const namespaces = connection.namespaces.map((ns) => (ns === '' ? l10n.t('(none)') : ns));
  lines.push(plain(l10n.t('Namespaces: {0}', namespaces.join(', ')), 400));
  const { stale, divergent, duplicate, malformed, denied, unclaimed, recovered } = counts;
  lines.push(
    plain(
      l10n.t(
        'Dropped as stale {0}, divergent {1}, duplicate work {2}, malformed {3}',
        stale,
        divergent,
        duplicate,
        malformed,
      ),
      200,
    ),
  );
  if (connection.library !== null) {
    const words = l10n.t('Claims denied {0}, without a claim {1}, recovered {2}', denied, unclaimed, recovered);
    lines.push(plain(words, 200));
  }
  return lines.join('  \n');
}
