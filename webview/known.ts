import type { Now, Second } from '../src/protocol/panel/picture.ts';

/**
 * Whether there is a picture of the fleet: that of now, or the last one while the connection is away. Where there was none
 * in the range, the figures are 0 because nothing is known.
 */
export function hasPicture({ connection }: Now, seconds: readonly Second[]): boolean {
  const { state } = connection;
  return state === 'live' || state === 'reconnecting' || seconds.some(({ isLive }) => isLive);
}
