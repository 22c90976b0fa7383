import { systemClock } from '../protocol/clock.ts';
import { silentLog } from '../protocol/log.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { exitCodes } from './exitCodes.ts';
import { Observer } from './observer.ts';
import type { Output } from './output.ts';
import { statusText } from './statusText.ts';

/** How long the first whole picture may take, in ms. */
export const settleLimit = 5_000;

/** Prints one picture and ends. */
export async function statusCommand(settings: ConnectionSettings, json: boolean, output: Output): Promise<number> {
  const observer = new Observer(systemClock, silentLog);
  try {
    await observer.connect(settings, settleLimit);
    const status = observer.picture.status();
    output.print(json ? JSON.stringify(status) : statusText(status));
    return exitCodes.ok;
  } finally {
    observer.dispose();
  }
}
