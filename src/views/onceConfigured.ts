import type { Connection, Picture } from '../model/picture.ts';
import type { Disposable } from '../protocol/emitter.ts';

/**
 * Makes parts when a connection is first configured, be it now or later, and disposes them. Whoever has installed us and
 * uses nothing of us does not pay for marks and a status bar item that have nothing to show.
 */
export function onceConfigured(picture: Picture, make: () => Disposable[]): Disposable {
  let made: Disposable[] = [];
  const waiting = once(
    picture,
    ({ state }) => state !== 'unconfigured',
    () => (made = make()),
  );
  return {
    dispose: () => {
      waiting.dispose();
      for (const part of made.toReversed()) part.dispose();
    },
  };
}

/** Calls when a connection is first live: from then on there is something to record. */
export function onceLive(picture: Picture, call: () => void): Disposable {
  return once(picture, ({ state }) => state === 'live', call);
}

function once(picture: Picture, isIt: (connection: Connection) => boolean, call: () => void): Disposable {
  const tryNow = (): boolean => {
    if (!isIt(picture.connection)) return false;
    listening?.dispose();
    call();
    return true;
  };
  let listening: Disposable | undefined;
  if (!tryNow()) listening = picture.onDidChange(tryNow);
  return { dispose: () => listening?.dispose() };
}
