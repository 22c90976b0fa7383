import { hostname, userInfo } from 'node:os';
import { personName } from '../protocol/person.ts';

/** As which agent whoever sits at this window acts, in all of their windows. */
export const ownName = (): string => personName(userName(), hostname());

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return '';
  }
}
