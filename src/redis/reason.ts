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
  if (message.startsWith('WRONGTYPE')) return { code: 'call-refused', detail: message };
  const database = missingDatabase(error, message);
  if (database !== null) return { code: 'no-database', number: database };
  if (/^(LOADING|MASTERDOWN)|Redis is loading/.test(message)) return { code: 'loading' };
  const type = /Unknown RESP type (\d+)/.exec(message)?.[1];
  // A TLS server answers plain text with an alert or a handshake record, whose first byte is 21 or 22.
  if (type === '21' || type === '22') return { code: 'tls-wanted', where };
  if (type !== undefined || message.startsWith('Protocol error')) return { code: 'not-redis', where };
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER|UNEXPECTED_MESSAGE/.test(code)) {
    return { code: 'tls-unwanted', where };
  }
  if (/^(ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|ERR_OSSL)/.test(code)) {
    return { code: 'certificate', detail: redactText(message) };
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
    case 'tls-wanted':
    case 'tls-unwanted':
    case 'certificate':
    case 'no-database':
    case 'bad-settings':
      return true;
    case 'closed':
    case 'unreachable':
    case 'no-such-host':
    case 'timeout':
    case 'loading':
    case 'not-started':
    case 'set-up':
    case 'other':
    // These are said beside a connection that works.
    case 'missing-right':
    case 'library-missing':
    case 'library-other':
    case 'call-refused':
    case 'out-of-memory':
    case 'read-only':
    case 'history-diverged':
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
    case 'guard-silent':
    case 'guard-old':
    case 'runaway':
    case 'memory-full':
    case 'memory-scattered':
    case 'evicts':
    case 'not-persistent':
    case 'idle-clients':
    case 'never-end':
      return false;
  }
}

/** The number of the database that a server, or a node of a cluster, would not change to; null where it was not that. */
function missingDatabase(error: unknown, message: string): number | null {
  if (!/^ERR (DB index is out of range|SELECT is not allowed in cluster)/i.test(message)) return null;
  const asked = (error as { command?: { args?: unknown[] } }).command?.args?.[0];
  return Number(asked ?? NaN);
}

function facts(error: unknown): { message: string; code: string } {
  if (!(error instanceof Error)) return { message: String(error), code: '' };
  // A host with several addresses fails with one error for each; the first speaks for all.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const source = inner instanceof Error ? inner : error;
  const code = (source as { code?: unknown }).code;
  return { message: source.message || error.message, code: typeof code === 'string' ? code : '' };
}
