import type { Reason } from '../../protocol/reasons.ts';
import { redactText } from '../redact.ts';
import { reasonOf } from '../reason.ts';

/** Whether the server does not know the function that was called. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && /^ERR (Function not found|Unknown function)/i.test(error.message);
}

/** What the server's refusal of a call means. */
export function callFailure(error: unknown): Reason {
  const message = error instanceof Error ? error.message : String(error);
  if (isMissing(error)) return { code: 'library-missing', detail: message };
  if (message.startsWith('NOPERM')) return { code: 'not-allowed', detail: message.replace(/^NOPERM\s*/, '') };
  if (message.startsWith('OOM')) return { code: 'out-of-memory' };
  if (message.startsWith('READONLY')) return { code: 'read-only' };
  // What the library itself says is a sentence for whoever called.
  const said = /^ERR signalbox: (.*)$/s.exec(message)?.[1];
  if (said !== undefined) return { code: 'call-refused', detail: redactText(said) };
  return reasonOf(error, '');
}
