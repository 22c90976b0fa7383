import type { FeedMessage } from '../protocol/messages.ts';
import type { Reason, Right } from '../protocol/reasons.ts';
import { isForbidden, missingRight } from './rights.ts';
import type { ConnectionSettings } from './settings.ts';
import { UserError } from './userError.ts';

/** Does what needs a right, and says whether it was done; without the right the rest goes on. */
export type IfAllowed = (what: Right, ns: string, step: () => Promise<void>) => Promise<boolean>;

/**
 * Tries steps that a server may refuse while it lets others through, and tells of each what is missing or in its way.
 * Whatever else fails is thrown as it came. `reasonOf` says what an error means.
 */
export function allowances(
  settings: ConnectionSettings,
  emit: (message: FeedMessage) => void,
  reasonOf: (error: unknown) => Reason,
): IfAllowed {
  return async (what, ns, step) => {
    let reason: Reason | null = null;
    try {
      await step();
    } catch (error) {
      if (isForbidden(error)) reason = missingRight(what, ns, settings);
      else if (isInTheWay(error)) reason = reasonOf(error);
      else throw error;
    }
    emit({ kind: 'trouble', what: ns + what, reason });
    return reason === null;
  };
}

/** Whether a key that we read has another type than it should, as the server or the function library says. */
function isInTheWay(error: unknown): boolean {
  if (error instanceof UserError) return error.reason.code === 'call-refused';
  return error instanceof Error && error.message.startsWith('WRONGTYPE');
}
