import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { registerCommands } from './commands/register.ts';
import { Config } from './host/config.ts';
import { Later } from './host/later.ts';
import { OutputLog } from './host/outputLog.ts';
import { ViewDoors } from './host/viewDoors.ts';
import { systemClock as clock } from './protocol/clock.ts';
import type { SignalboxApi } from './protocol/status.ts';
import { StartApi } from './views/startApi.ts';

/**
 * What every window pays for. All else is loaded when a connection is configured, a view is looked at, a command is run or a
 * panel comes back; most windows see none of that.
 */
export function activate(context: vscode.ExtensionContext): SignalboxApi {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const log = own(new OutputLog());
  const config = new Config();
  const observer = { id: randomUUID(), since: clock.now() };
  const doors = own(new ViewDoors(() => main.get()));
  const api = new StartApi(observer, clock);
  const main = own(
    new Later(async () => {
      const { Main } = await import('./main.ts');
      const made = new Main({ context, log, doors, observer });
      api.join(made.api);
      return made;
    }),
  );
  own(
    registerCommands(
      async () => (await main.get()).commands(),
      async () => (await main.get()).words,
      log,
    ),
  );
  own(
    vscode.window.registerWebviewPanelSerializer('signalbox.panel', {
      deserializeWebviewPanel: async (panel) => (await (await main.get()).panels()).revive(panel),
    }),
  );
  const begin = (): void => {
    if (config.get('redis.url').trim() === '') return;
    main.get().catch((error: unknown) => log.error(`Could not begin: ${String(error)}`));
  };
  own(config.onDidChange(['redis'], begin));
  own(vscode.workspace.onDidGrantWorkspaceTrust(begin));
  begin();
  return api.api;
}
