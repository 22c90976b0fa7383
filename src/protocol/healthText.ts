import type { Reason, Translator } from './reasons.ts';

/** What may be wrong with a server that otherwise works. */
export type HealthReason = Extract<
  Reason,
  { code: 'memory-full' | 'memory-scattered' | 'evicts' | 'not-persistent' | 'idle-clients' | 'never-end' }
>;

/** What is wrong and what follows from it; the command that mends it is {@link mendOf}. */
export function healthText(reason: HealthReason, l10n: Translator): string {
  switch (reason.code) {
    case 'memory-full': {
      const { max, largest } = reason;
      const text = l10n.t(
        'The server uses {0} % of the memory that it may ({1}). Once that is full, it takes no new claims or states. Raise maxmemory, or clean up.',
        memoryShare(reason),
        megabytes(max),
      );
      return largest.length === 0 ? text : `${text} ${l10n.t('Largest of the keys shown: {0}.', largest.join(', '))}`;
    }
    case 'memory-scattered':
      return l10n.t('The server takes {0} times the memory that it uses.', reason.ratio);
    case 'evicts':
      return l10n.t(
        'When its memory is full, this server deletes keys ({0}), and claims may be among them.',
        reason.policy,
      );
    case 'not-persistent':
      return l10n.t('This server writes nothing to disk: what agents keep there is gone when it restarts.');
    case 'idle-clients':
      return reason.count === 1
        ? l10n.t('A connection has done nothing for over an hour: {0}. Its agent may be gone.', reason.names.join(', '))
        : l10n.t(
            '{0} connections have done nothing for over an hour: {1}. Their agents may be gone.',
            reason.count,
            reason.names.join(', '),
          );
    case 'never-end':
      return reason.count === 1
        ? l10n.t('A key looks temporary and has no expiry, so it stays for ever: {0}', reason.examples.join(', '))
        : l10n.t(
            '{0} keys look temporary and have no expiry, so they stay for ever, such as {1}',
            reason.count,
            reason.examples.join(', '),
          );
  }
}

/** What to type to mend it; null where no one command does. */
export function mendOf(reason: Reason): string | null {
  if (reason.code === 'memory-scattered') return 'MEMORY PURGE';
  if (reason.code === 'evicts') return 'CONFIG SET maxmemory-policy noeviction';
  if (reason.code === 'not-persistent') return 'CONFIG SET appendonly yes';
  if (reason.code === 'idle-clients') return reason.ids.map((id) => `CLIENT KILL ID ${id}`).join('\n');
  if (reason.code === 'never-end') return reason.examples.map((key) => `EXPIRE ${quoted(key)} 3600`).join('\n');
  return null;
}

/** Of what the server may use, in percent. */
export const memoryShare = ({ used, max }: { used: number; max: number }): number => Math.floor((used / max) * 100);

/** As redis-cli reads a key whose name is more than a word, and no shell makes anything of it. */
const quoted = (key: string): string =>
  /^[\w:.@/-]+$/.test(key) ? key : `"${key.replace(/[^ #-[\]-_a-~\u0080-\uffff]|\$/g, escaped)}"`;
const escaped = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
