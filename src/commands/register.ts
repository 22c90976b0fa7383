import * as vscode from 'vscode';
import type { Log } from '../protocol/log.ts';
import { failureText, forMessage } from './say.ts';

/** Every command of package.json, so that the compiler finds one that nobody implements. */
export type CommandName =
  | 'connect'
  | 'disconnect'
  | 'startLocalRedis'
  | 'stopLocalRedis'
  | 'startDemoFleet'
  | 'stopDemoFleet'
  | 'publishTestPayload'
  | 'showLog'
  | 'copyAgentPrompt'
  | 'copyStatus'
  | 'dismiss'
  | 'acceptNewRun'
  | 'connectFound'
  | 'findServers'
  | 'enterPassword'
  | 'switchTls'
  | 'movePassword'
  | 'copyAclLine'
  | 'openResource'
  | 'openSettings';

/** What a command does. The argument is whatever the caller gave. */
export type Command = (argument?: unknown) => unknown;

/**
 * Registers all commands. A failure is told to the person in words, and still fails the call, so that a caller with an
 * argument can tell.
 */
export function registerCommands(commands: Record<CommandName, Command>, log: Log): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`signalbox.${name}`, async (argument?: unknown) => {
        try {
          return await run(argument);
        } catch (error) {
          const text = failureText(error);
          log.error(`${name}: ${error instanceof Error ? (error.stack ?? text) : text}`);
          // VS Code shows a failed command of a person itself, but only the bare text of the error.
          if (isAsked(argument)) throw error;
          await tell(text);
          return undefined;
        }
      }),
    ),
  );
}

/** Whether a program called, with an argument object of its own making, rather than a menu or a key. */
function isAsked(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && Object.getPrototypeOf(argument) === Object.prototype;
}

async function tell(text: string): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(forMessage(text), showLog);
  if (chosen === showLog) await vscode.commands.executeCommand('signalbox.showLog');
}
