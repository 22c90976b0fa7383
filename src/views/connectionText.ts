import type { Connection } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import { reasonText, type Translator } from '../protocol/reasons.ts';
import { ageText } from './duration.ts';

/** What stands above the agents while the connection is not as it should be; undefined when there is nothing to say. */
export function connectionMessage(connection: Connection, l10n: Translator): string | undefined {
  const { state, reason, troubles } = connection;
  const why = reason === null ? '' : displayText(reasonText(reason, l10n), 400);
  switch (state) {
    case 'unconfigured':
      return undefined;
    case 'connecting':
      return why || l10n.t('Connecting to {0}…', server(connection));
    case 'reconnecting':
      return why || l10n.t('The connection to {0} is lost. Trying again.', server(connection));
    case 'refused':
      return why || l10n.t('{0} refused the connection.', server(connection));
    case 'live':
      // Each is told in its own row; here it only must not look as if this were all there is.
      return [...troubles.values()].some(({ code }) => code === 'missing-right')
        ? l10n.t('Not all can be seen: this user lacks rights, which stand under Needs Attention.')
        : undefined;
  }
}

/** How soon queues and the like are seen to change, as a view's title says it; empty while they are not looked at. */
export function looksText({ state, looks }: Connection, l10n: Translator): string {
  if (state !== 'live' || looks === null) return '';
  return looks.how === 'live' ? l10n.t('live') : l10n.t('every {0}', ageText(looks.everyMs));
}

/** The server as people call it: without the scheme that nearly all share. */
export function server(connection: Connection): string {
  return displayText((connection.url ?? '').replace(/^redis:\/\//, ''), 120);
}
