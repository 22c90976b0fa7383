import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../protocol/clock.ts';
import { silentLog } from '../protocol/log.ts';
import { openClient, type Redis } from '../redis/client.ts';
import { loadLibrary } from '../redis/library/load.ts';
import { startLocalServer, type LocalServer } from '../redis/localServer.ts';
import type { DemoFlags } from './args.ts';
import { exitCodes } from './exitCodes.ts';
import { Fleet } from './fleet/fleet.ts';
import type { Output } from './output.ts';
import { createSampleFolder } from './sample/sampleFolder.ts';
import { stopAsked } from './stopSignal.ts';

export const demoNamespace = 'demo:';

/** One line, as whoever starts us may show only the last one. */
const noServer =
  'There is no redis-server or valkey-server on the PATH. Install one, for example with `brew install redis` or ' +
  '`sudo apt install redis-server`, and try again.';

/**
 * Runs a server, a sample workspace and simulated agents until asked to stop, and takes all of it away again. `binary`
 * is the server's program, null where none was found.
 */
export async function demoCommand(flags: DemoFlags, binary: string | null, output: Output): Promise<number> {
  if (binary === null) {
    output.explain(noServer);
    return exitCodes.failed;
  }
  const stopped = Promise.race([stopAsked(), pipeEnd(), new Promise<void>((resolve) => output.onClosed(resolve))]);
  let server: LocalServer;
  try {
    server = await startLocalServer({ binary });
  } catch (error) {
    output.explain(`signalbox: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes.failed;
  }
  try {
    const died = new Promise<'died'>((resolve) => server.onExit(() => resolve('died')));
    // Below the server's own folder, which goes with the server even if we are killed.
    const folder = await createSampleFolder(join(server.folder, 'lamp-shop'), server.url, demoNamespace);
    const connect = (): Promise<Redis> => openClient({ url: server.url, namespaces: [demoNamespace] });
    const fleet = new Fleet({
      agents: flags.agents,
      ns: demoNamespace,
      library: flags.agents > 0 && (await hasLibrary(connect)),
      connect,
      folder,
      clock: systemClock,
      seed: flags.seed,
      speed: flags.speed,
      log: silentLog,
    });
    try {
      fleet.start();
      output.print(ready(flags, server.url, folder.path));
      if ((await Promise.race([stopped, died])) !== 'died') return exitCodes.ok;
      output.explain('The demo’s Redis has ended, and so does the demo.');
      return exitCodes.failed;
    } finally {
      await fleet.end();
    }
  } finally {
    await server.stop();
  }
}

/** Loads the function library; false where the server is too old for it. Whatever else is wrong the agents meet as well. */
async function hasLibrary(connect: () => Promise<Redis>): Promise<boolean> {
  let redis: Redis | undefined;
  try {
    redis = await connect();
    await loadLibrary(redis);
    return true;
  } catch {
    return false;
  } finally {
    redis?.disconnect();
  }
}

function ready(flags: DemoFlags, url: string, folder: string): string {
  if (flags.json) return JSON.stringify({ v: 1, kind: 'demo', url, namespace: demoNamespace, folder });
  const what = flags.agents === 0 ? 'A Redis without agents' : `A fleet of ${flags.agents} simulated agents`;
  return `${what} is running.

  Redis    ${url}, namespace ${demoNamespace}
  folder   ${folder}

Look at it with
  signalbox --url ${url} --namespace ${demoNamespace} watch
  redis-cli -u ${url} SUBSCRIBE ${demoNamespace}agent:state:sync ${demoNamespace}agent:events
  redis-cli -u ${url} --scan --pattern '${demoNamespace}lock:*'
or open the folder in VS Code. Ctrl-C ends the demo and removes all of it.`;
}

/** Resolves at the end of standard input where that is a pipe: whoever started us has gone. A terminal says nothing. */
function pipeEnd(): Promise<void> {
  return new Promise((resolve) => {
    const input = fstatSync(0);
    if (!input.isFIFO() && !input.isSocket()) return;
    process.stdin.on('end', resolve).on('error', () => resolve());
    process.stdin.resume();
  });
}
