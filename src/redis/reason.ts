import type { Reason } from '../protocol/reasons.ts';
import { redactText } from './redact.ts';
import { UserError } from './userError.ts';

/** Says in our words what a client library's, Node's or the server's error means. `where` is the address without credentials. */
export function reasonOf(error: unknown, where: string): Reason {
  if (error instanceof UserError) return error.reason;
  const { message, code } = facts(error);
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { code: 'unreachable', where };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { code: 'no-such-host', where };
    case 'ETIMEDOUT':
      return { code: 'timeout', where };
    case 'ECONNRESET':
    case 'EPIPE':
      return { code: 'closed' };
  }
  if (/^WRONGPASS|invalid password|invalid username-password/i.test(message)) return { code: 'wrong-password' };
  if (message.startsWith('NOAUTH')) return { code: 'password-needed' };
  if (message.startsWith('NOPERM'))
    return { code: 'not-allowed', detail: redactText(message.replace(/^NOPERM\s*/, '')) };
  if (/^(LOADING|MASTERDOWN)|Redis is loading/.test(message)) return { code: 'loading' };
  if (/Protocol error|as reply type byte/.test(message)) return { code: 'not-redis', where };
  if (/^(ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/.test(code)) {
    return { code: 'tls', detail: redactText(message) };
  }
  if (/timed out|ETIMEDOUT/.test(message)) return { code: 'timeout', where };
  if (/Connection is closed|max retries per request|isn't writeable|Stream/.test(message)) return { code: 'closed' };
  return { code: 'other', detail: redactText(message) };
}

/** Whether the server (or the settings) said no, so that trying again quickly would only be a nuisance to it. */
export function isRefusal(reason: Reason): boolean {
  switch (reason.code) {
    case 'wrong-password':
    case 'password-needed':
    case 'not-allowed':
    case 'not-redis':
    case 'tls':
    case 'bad-settings':
      return true;
    case 'closed':
    case 'unreachable':
    case 'no-such-host':
    case 'timeout':
    case 'loading':
    case 'other':
      return false;
  }
}

function facts(error: unknown): { message: string; code: string } {
  if (!(error instanceof Error)) return { message: String(error), code: '' };
  // A host with several addresses fails with one error for each; the first speaks for all.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const source = inner instanceof Error ? inner : error;
  const code = (source as { code?: unknown }).code;
  return { message: source.message || error.message, code: typeof code === 'string' ? code : '' };
}
