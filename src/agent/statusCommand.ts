import { systemClock } from '../protocol/clock.ts';
import { silentLog } from '../protocol/log.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { exitCodes } from './exitCodes.ts';
import { Observer } from './observer.ts';
import type { Output } from './output.ts';
import { statusText } from './statusText.ts';
import { stopAsked } from './stopSignal.ts';

/** How long the first whole picture may take, in ms. */
export const settleLimit = 5_000;

/**
 * Prints one picture and ends. What plain agents only broadcast is stored nowhere, so to see it one has to listen
 * while it is sent: for `listenMs` after the picture is whole, or until asked to stop.
 */
export async function statusCommand(
  settings: ConnectionSettings,
  json: boolean,
  listenMs: number,
  output: Output,
): Promise<number> {
  const observer = new Observer(systemClock, silentLog);
  // Without listening there is nothing to cut short, and Ctrl-C ends the program as usual.
  const stopped = listenMs > 0 ? stopAsked() : null;
  try {
    await observer.connect(settings, settleLimit);
    if (stopped) {
      await Promise.race([stopped, new Promise<void>((resolve) => void systemClock.after(listenMs, resolve))]);
      await observer.caughtUp();
    }
    const status = observer.picture.status();
    output.print(json ? JSON.stringify(status) : statusText(status, observer.picture.pauses, observer.nameOf));
    return exitCodes.ok;
  } finally {
    observer.dispose();
  }
}
