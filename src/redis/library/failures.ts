import type { Reason } from '../../protocol/reasons.ts';
import { redactText } from '../redact.ts';
import { reasonOf } from '../reason.ts';

/** Whether the server does not know the function that was called. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && /^ERR (Function not found|Unknown function)/i.test(error.message);
}

/** What the failure of a call means. `where` is the server’s address without credentials, where that is known. */
export function callFailure(error: unknown, where = ''): Reason {
  const message = error instanceof Error ? error.message : String(error);
  if (isMissing(error)) return { code: 'library-missing', detail: message };
  // A server that is too old for functions does not even know the command.
  const unknown = /^ERR (unknown command '\w+')/i.exec(message)?.[1];
  if (unknown !== undefined) return { code: 'library-missing', detail: unknown };
  if (message.startsWith('NOPERM')) {
    // The library says who speaks, which the sentence has no place for.
    return { code: 'not-allowed', detail: redactText(message.replace(/^NOPERM\s*(?:signalbox: )?/, '')) };
  }
  if (message.startsWith('OOM')) return { code: 'out-of-memory' };
  if (message.startsWith('READONLY')) return { code: 'read-only' };
  // The namespace has moved to another node, where the next connection goes.
  if (/^(MOVED|ASK|CLUSTERDOWN|TRYAGAIN) ?/.test(message)) return { code: 'closed' };
  if (message.startsWith('CROSSSLOT')) return { code: 'cluster' };
  // What the library itself says is a sentence for whoever called.
  const said = /^ERR signalbox: (.*)$/s.exec(message)?.[1];
  if (said !== undefined) return { code: 'call-refused', detail: redactText(said) };
  return reasonOf(error, where);
}

/** What it means that the library could not be loaded. */
export function loadFailure(error: unknown, where: string): Reason {
  // A transaction that one of its commands spoils says only that; what it was stands beside.
  const first = (error as { previousErrors?: unknown[] } | null)?.previousErrors?.[0];
  const reason = callFailure(first ?? error, where);
  return first !== undefined && reason.code === 'not-allowed'
    ? { code: 'library-missing', detail: reason.detail }
    : reason;
}
