import { callFailure } from '../../redis/library/failures.ts';
import { UserError } from '../../redis/userError.ts';

/** The reply to a plain command of the client. @throws UserError with what its failure means */
export async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(callFailure(error), { cause: error });
  }
}
