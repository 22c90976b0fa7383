import * as vscode from 'vscode';
import type { Log } from '../protocol/log.ts';
import { isAsked } from './arguments.ts';
import type { FailureWords } from './say.ts';

/** Every command of package.json: for each of them somebody has to have an implementation. */
const commandNames = [
  'connect',
  'disconnect',
  'startLocalRedis',
  'stopLocalRedis',
  'startDemoFleet',
  'stopDemoFleet',
  'publishTestPayload',
  'openPanel',
  'showLog',
  'copyAgentPrompt',
  'copyStatus',
  'dismiss',
  'acknowledge',
  'acceptNewRun',
  'connectFound',
  'findServers',
  'enterPassword',
  'switchTls',
  'movePassword',
  'copyAclLine',
  'copyMend',
  'openResource',
  'claimFile',
  'releaseFile',
  'openSettings',
  'runDoctor',
  'setUpClaudeCode',
  'removeClaudeCode',
  'messageAgent',
  'messageFleet',
  'pauseAgent',
  'resumeAgent',
  'pauseFleet',
  'resumeFleet',
  'handOverClaim',
  'breakClaim',
  'showTerminal',
  'compare',
  'inspectKey',
  'cleanUpKeys',
  'enableKeyspaceNotifications',
  'pushTask',
  'peekQueue',
  'requeueFailed',
  'purgeQueue',
] as const;
export type CommandName = (typeof commandNames)[number];

/** What a command does. The argument is whatever the caller gave. */
export type Command = (argument?: unknown) => unknown;
export type Commands = Record<CommandName, Command>;

/**
 * Registers all commands, whose implementations are asked for when the first is run, and the words for failures with the first
 * of these. A failure is told to the person, and still fails the call, so that a caller with an argument can tell.
 */
export function registerCommands(
  commands: () => Promise<Commands>,
  words: () => Promise<FailureWords>,
  log: Log,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...commandNames.map((name) =>
      vscode.commands.registerCommand(`signalbox.${name}`, async (argument?: unknown) => {
        try {
          return await (await commands())[name](argument);
        } catch (error) {
          const { failureText, forMessage } = await words();
          const text = failureText(error);
          log.error(`${name}: ${error instanceof Error ? (error.stack ?? text) : text}`);
          // VS Code shows a failed command of a person itself, but only the bare text of the error.
          if (isAsked(argument)) throw error;
          await tell(forMessage(text));
          return undefined;
        }
      }),
    ),
  );
}

async function tell(text: string): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(text, showLog);
  if (chosen === showLog) await vscode.commands.executeCommand('signalbox.showLog');
}
