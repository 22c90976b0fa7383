import type { Connection, Picture } from '../model/picture.ts';
import type { Clock } from '../protocol/clock.ts';

/** Resolves with the connection once it is live or says why it is not, or as it stands after `ms`. */
export function connectionOutcome(picture: Picture, clock: Clock, ms: number): Promise<Connection> {
  return new Promise((resolve) => {
    const settle = (): boolean => {
      const { state, reason } = picture.connection;
      return state === 'live' || state === 'unconfigured' || reason !== null;
    };
    if (settle()) return resolve(picture.connection);
    const end = (): void => {
      listening.dispose();
      timer.dispose();
      resolve(picture.connection);
    };
    const listening = picture.onDidChange(() => {
      if (settle()) end();
    });
    const timer = clock.after(ms, end);
  });
}
