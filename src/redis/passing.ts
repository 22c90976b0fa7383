import type { Reason } from '../protocol/reasons.ts';
import { UserError } from './userError.ts';

const passing: ReadonlySet<Reason['code']> = new Set(['closed', 'timeout', 'unreachable', 'no-such-host', 'loading']);

/** Whether a call failed for want of a connection, or of a server that is ready: then the same call may go well later. */
export function isPassing(error: unknown): boolean {
  return error instanceof UserError && passing.has(error.reason.code);
}
