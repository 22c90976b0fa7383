import { systemClock } from '../protocol/clock.ts';
import { silentLog } from '../protocol/log.ts';
import type { WatchEvent, WatchLine } from '../protocol/status.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { exitCodes } from './exitCodes.ts';
import { Observer } from './observer.ts';
import type { Output } from './output.ts';
import { settleLimit } from './statusCommand.ts';
import { statusText } from './statusText.ts';
import { stopAsked } from './stopSignal.ts';
import { watchText } from './watchText.ts';

/**
 * Prints the picture once it is whole and then a line for everything that happens, through outages of Redis, until
 * asked to stop or nobody reads any more.
 */
export async function watchCommand(settings: ConnectionSettings, json: boolean, output: Output): Promise<number> {
  const stopped = Promise.race([stopAsked(), new Promise<void>((resolve) => output.onClosed(resolve))]);
  const observer = new Observer(systemClock, silentLog);
  const show = (line: WatchLine, text: () => string): void => output.print(json ? JSON.stringify(line) : text());
  let count: number | null = null;
  observer.picture.onEvent((event: WatchEvent) => {
    // What happens before the snapshot is printed is part of the snapshot.
    if (count === null) return;
    count += 1;
    show({ v: 1, n: count, ...event }, () => watchText(event, observer.nameOf));
  });
  try {
    const outcome = await Promise.race([
      stopped.then(() => 'stopped' as const),
      observer.connect(settings, settleLimit).then(() => 'settled' as const),
    ]);
    if (outcome === 'stopped') return exitCodes.ok;
    const status = observer.picture.status();
    show({ v: 1, kind: 'snapshot', status }, () => statusText(status, observer.picture.pauses, observer.nameOf));
    count = 0;
    await stopped;
    return exitCodes.ok;
  } finally {
    observer.dispose();
  }
}
