import type { Picture } from '../model/picture.ts';
import type { Reason, Translator } from '../protocol/reasons.ts';
import type { Row } from './row.ts';

type Way = keyof typeof icons;

/**
 * Ways out, as rows of the Agents view, while there is no connection: the one that mends this very reason first. A
 * message stands above them and says why; VS Code shows no welcome text beside a message, so the ways out are rows.
 * With a picture still to show they are left out unless only a person can mend it.
 */
export function helpIds(picture: Picture): readonly string[] {
  const { state, reason } = picture.connection;
  if (reason === null || state === 'live' || state === 'unconfigured') return [];
  if (picture.agents.length > 0 && state !== 'refused') return [];
  return [...waysOut(reason), 'showLog' as const].map((way) => `help:${way}`);
}

function waysOut(reason: Reason): Way[] {
  switch (reason.code) {
    case 'wrong-password':
    case 'password-needed':
    case 'not-allowed':
      return ['enterPassword', 'connect'];
    case 'tls-wanted':
      return ['useTls', 'connect'];
    case 'tls-unwanted':
      return ['useNoTls', 'connect'];
    case 'certificate':
    case 'bad-settings':
      return ['openSettings', 'connect'];
    case 'unreachable':
      return isHere(reason.where) ? ['startLocalRedis', 'connect'] : ['connect', 'startLocalRedis'];
    case 'loading':
      return ['connect'];
    case 'closed':
    case 'no-such-host':
    case 'timeout':
    case 'not-redis':
    case 'no-database':
    case 'not-started':
    case 'set-up':
    case 'other':
    // These are told beside a connection that works.
    case 'missing-right':
    case 'old-server':
    case 'replica':
    case 'database':
    case 'cluster':
    case 'cut-off':
    case 'too-many':
    case 'bad-pattern':
    case 'monitor-over':
    case 'bad-patterns':
    case 'password-in-settings':
    case 'library-missing':
    case 'library-other':
    case 'call-refused':
    case 'out-of-memory':
    case 'read-only':
    case 'history-diverged':
    case 'guard-silent':
    case 'guard-old':
    case 'runaway':
    case 'memory-full':
    case 'memory-scattered':
    case 'evicts':
    case 'not-persistent':
    case 'idle-clients':
    case 'never-end':
      return ['connect', 'startLocalRedis'];
  }
}

const isHere = (where: string): boolean => /^redis:\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(where);

const icons = {
  connect: 'plug',
  enterPassword: 'key',
  useTls: 'lock',
  useNoTls: 'unlock',
  openSettings: 'settings-gear',
  startLocalRedis: 'server-process',
  showLog: 'output',
} as const;

export function helpRow(id: string, l10n: Translator): Row | null {
  const way = id.slice('help:'.length);
  if (!Object.hasOwn(icons, way)) return null;
  const label = labelOf(way as Way, l10n);
  return {
    label,
    description: '',
    spoken: label,
    icon: { codicon: icons[way as Way], color: null },
    contextValue: 'help',
    children: 'none',
    resource: null,
    click: clickOf(way as Way),
  };
}

function labelOf(way: Way, l10n: Translator): string {
  switch (way) {
    case 'connect':
      return l10n.t('Connect to Redis…');
    case 'enterPassword':
      return l10n.t('Enter Password…');
    case 'useTls':
      return l10n.t('Connect over TLS');
    case 'useNoTls':
      return l10n.t('Connect without TLS');
    case 'openSettings':
      return l10n.t('Open Settings');
    case 'startLocalRedis':
      return l10n.t('Start a Local Redis');
    case 'showLog':
      return l10n.t('Show Log');
  }
}

function clickOf(way: Way): Row['click'] {
  switch (way) {
    case 'useTls':
    case 'useNoTls':
      return { command: 'signalbox.switchTls' };
    case 'connect':
    case 'enterPassword':
    case 'openSettings':
    case 'startLocalRedis':
    case 'showLog':
      return { command: `signalbox.${way}` };
  }
}
