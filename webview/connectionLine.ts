import { displayText } from '../src/protocol/displayText.ts';
import type { Now } from '../src/protocol/panel/picture.ts';
import { button } from './controls.ts';
import { element, setAttribute, setText } from './dom.ts';
import type { Page, Words } from './page.ts';
import { formatMs } from './words.ts';

type Connection = Now['connection'];

export interface ConnectionLine {
  readonly element: HTMLElement;
  /** @param isPaused what is shown is not of now, however the connection stands */
  show(connection: Connection, isPaused: boolean): void;
}

/** How the connection stands, in words and with a sign, to what, why not, and the way out. Changes are also said. */
export function makeConnectionLine(page: Page): ConnectionLine {
  const { l10n, host, language } = page;
  const sign = element('span', { class: 'connection-sign', 'aria-hidden': 'true' });
  const word = element('strong', {});
  const server = element('span', { class: 'connection-server' });
  const reason = element('span', { class: 'connection-reason' });
  const connect = button({
    label: l10n.t('Connect…'),
    title: l10n.t('Connect to Redis, or say why that does not work'),
    onClick: () => host.post({ kind: 'connect' }),
  });
  const line = element('div', { class: 'connection' }, sign, word, ' ', server, ' ', reason, connect.element);
  let said: Connection['state'] | null = null;

  return {
    element: line,
    show(connection, isPaused) {
      const { state } = connection;
      setAttribute(line, 'data-state', isPaused && state === 'live' ? 'paused' : state);
      setText(sign, signs[state]);
      setText(word, isPaused && state === 'live' ? l10n.t('Live, held still here') : wordOf(state, l10n));
      setText(server, serverText(connection, language));
      setAttribute(server, 'title', detailsText(connection, l10n));
      const why = displayText(connection.reason ?? '', 400);
      setText(reason, why);
      connect.element.hidden = state === 'live';
      // The first is on the page when it is read, and need not be said.
      if (said !== null && said !== state) page.announce(`${wordOf(state, l10n)} ${why}`.trim());
      said = state;
    },
  };
}

const signs: Readonly<Record<Connection['state'], string>> = {
  unconfigured: '○',
  connecting: '…',
  live: '●',
  reconnecting: '↻',
  refused: '✕',
};

function wordOf(state: Connection['state'], l10n: Words): string {
  switch (state) {
    case 'unconfigured':
      return l10n.t('Not connected');
    case 'connecting':
      return l10n.t('Connecting…');
    case 'live':
      return l10n.t('Live');
    case 'reconnecting':
      return l10n.t('Connection lost, trying again');
    case 'refused':
      return l10n.t('Refused');
  }
}

/** The address without the scheme that nearly all share, and how far it is. */
function serverText({ url, rttMs, state }: Connection, language: string): string {
  const address = displayText((url ?? '').replace(/^redis:\/\//, ''), 120);
  return rttMs === null || state !== 'live' ? address : `${address} · ${formatMs(rttMs, language)}`;
}

function detailsText({ url, server, library, namespaces }: Connection, l10n: Words): string {
  const names = namespaces.map((ns) => (ns === '' ? l10n.t('(none)') : displayText(ns, 40)));
  return [
    url === null ? '' : displayText(url, 200),
    server === null ? '' : displayText(server, 100),
    library === null ? '' : l10n.t('function library {0}', library),
    names.length === 0 ? '' : l10n.t('namespaces: {0}', names.join(', ')),
  ]
    .filter((text) => text !== '')
    .join('\n');
}
