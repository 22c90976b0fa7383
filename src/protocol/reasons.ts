/**
 * Why something does not work, as data: a code and what fills its sentence. The sentence is made where it is shown,
 * so that a window in another language can say it in its own.
 */
export type Reason =
  | { code: 'closed' }
  | { code: 'unreachable'; where: string }
  | { code: 'no-such-host'; where: string }
  | { code: 'timeout'; where: string }
  | { code: 'wrong-password' }
  | { code: 'password-needed' }
  | { code: 'not-allowed'; detail: string }
  | { code: 'not-redis'; where: string }
  | { code: 'tls'; detail: string }
  | { code: 'loading' }
  | { code: 'bad-settings'; detail: string }
  | { code: 'other'; detail: string };

/** Fills `{0}`, `{1}` … of a sentence; VS Code's `l10n` has this shape, and so has {@link english}. */
export interface Translator {
  t(message: string, ...args: (string | number | boolean)[]): string;
}

/** The sentences as they stand, for programs that are not VS Code. */
export const english: Translator = {
  t: (message, ...args) => message.replace(/\{(\d+)\}/g, (whole, index) => String(args[Number(index)] ?? whole)),
};

/** One or two sentences: what happened, and what to do about it. */
export function reasonText(reason: Reason, l10n: Translator): string {
  switch (reason.code) {
    case 'closed':
      return l10n.t('The server closed the connection. Trying again.');
    case 'unreachable':
      return l10n.t('Nothing answers at {0}. Start Redis there, or connect to another address.', reason.where);
    case 'no-such-host':
      return l10n.t('There is no host named in {0}. Check the spelling of the address.', reason.where);
    case 'timeout':
      return l10n.t('{0} does not answer. Check the address, the network and any firewall.', reason.where);
    case 'wrong-password':
      return l10n.t('The server refused the user name or password. Connect again to enter another.');
    case 'password-needed':
      return l10n.t('The server asks for a password. Connect again to enter it.');
    case 'not-allowed':
      return l10n.t('The server does not allow this user to do that: {0}', reason.detail);
    case 'not-redis':
      return l10n.t('What answers at {0} is not a Redis server. Check the port.', reason.where);
    case 'tls':
      return l10n.t('No secure connection: {0}. Check redis:// against rediss:// and the certificates.', reason.detail);
    case 'loading':
      return l10n.t('The server is loading its data and will be ready soon. Trying again.');
    case 'bad-settings':
      return l10n.t('The connection settings cannot be used: {0}', reason.detail);
    case 'other':
      return l10n.t('The connection failed: {0}', reason.detail);
  }
}
