import type { Reason } from '../../protocol/reasons.ts';
import { callFailure } from '../../redis/library/failures.ts';
import { UserError } from '../../redis/userError.ts';

const passing: ReadonlySet<Reason['code']> = new Set(['closed', 'timeout', 'unreachable', 'no-such-host', 'loading']);

/** Whether a call failed for want of a connection, or of a server that is ready: then the same call may go well later. */
export function isPassing(error: unknown): boolean {
  return error instanceof UserError && passing.has(error.reason.code);
}

/** The reply to a plain command of the client. @throws UserError with what its failure means */
export async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(callFailure(error), { cause: error });
  }
}
