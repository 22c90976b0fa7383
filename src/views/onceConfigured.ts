import type { Picture } from '../model/picture.ts';
import type { Disposable } from '../protocol/emitter.ts';

/**
 * Makes parts when a connection is first configured, be it now or later, and disposes them. Whoever has installed us and
 * uses nothing of us does not pay for marks and a status bar item that have nothing to show.
 */
export function onceConfigured(picture: Picture, make: () => Disposable[]): Disposable {
  let made: Disposable[] | undefined;
  const tryNow = (): void => {
    if (made || picture.connection.state === 'unconfigured') return;
    listening?.dispose();
    made = make();
  };
  let listening: Disposable | undefined;
  tryNow();
  if (!made) listening = picture.onDidChange(tryNow);
  return {
    dispose: () => {
      listening?.dispose();
      for (const part of made?.toReversed() ?? []) part.dispose();
    },
  };
}
