import { reasonText, type Reason, type Translator } from '../protocol/reasons.ts';

/**
 * Why the server cannot be used, and what to do about it where that is a matter of set-up, else null. A password is what a
 * window asks for by itself; in a terminal somebody has to say where it goes.
 */
export function serverTrouble(reason: Reason, l10n: Translator): { text: string; mend: string | null } {
  const mend = (): string =>
    l10n.t(
      'Put the address with user and password into SIGNALBOX_REDIS_URL, as redis://user:password@host:6379, and run `signalbox setup claude`; or connect in VS Code, and set up there.',
    );
  if (reason.code === 'password-needed') return { text: l10n.t('The server asks for a password.'), mend: mend() };
  if (reason.code === 'wrong-password') {
    return { text: l10n.t('The server refused the user name or password.'), mend: mend() };
  }
  return { text: reasonText(reason, l10n), mend: null };
}
