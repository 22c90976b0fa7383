import * as vscode from 'vscode';
import type { Passwords } from '../host/passwords.ts';
import type { Reason, SettingsScope } from '../protocol/reasons.ts';
import { redactUrl, splitPassword } from '../redis/redact.ts';

/** A settings file whose address of a server holds a password. */
interface Exposed {
  readonly scope: SettingsScope;
  readonly value: string;
  /** Writes another address into the same file. */
  readonly write: (value: string) => Thenable<void>;
}

function exposed(): Exposed[] {
  const all: Exposed[] = [];
  const add = (value: unknown, scope: SettingsScope, target: vscode.ConfigurationTarget, folder?: vscode.Uri): void => {
    if (typeof value !== 'string' || splitPassword(value) === null) return;
    const write = (next: string): Thenable<void> =>
      vscode.workspace.getConfiguration('signalbox', folder).update('redis.url', next, target);
    all.push({ scope, value, write });
  };
  const set = vscode.workspace.getConfiguration('signalbox').inspect('redis.url');
  add(set?.globalValue, 'user', vscode.ConfigurationTarget.Global);
  add(set?.workspaceValue, 'workspace', vscode.ConfigurationTarget.Workspace);
  const folders = vscode.workspace.workspaceFolders ?? [];
  // With a single folder its settings are the workspace's.
  for (const { uri } of vscode.workspace.workspaceFile === undefined ? [] : folders) {
    const { workspaceFolderValue } = vscode.workspace.getConfiguration('signalbox', uri).inspect('redis.url') ?? {};
    add(workspaceFolderValue, 'folder', vscode.ConfigurationTarget.WorkspaceFolder, uri);
  }
  return all;
}

/** What is to be said about passwords in settings files; null where there are none. */
export function exposedPassword(): Reason | null {
  const [first] = exposed();
  return first === undefined ? null : { code: 'password-in-settings', scope: first.scope };
}

/**
 * Moves each password that stands in a settings file to the secret storage, and answers how many. A password that is
 * already kept for the same server is the one in use, and stays.
 */
export async function moveExposedPasswords(passwords: Passwords): Promise<number> {
  const all = exposed();
  for (const { value, write } of all) {
    const split = splitPassword(value);
    if (split === null) continue;
    const address = redactUrl(split.url);
    if ((await passwords.get(address)) === undefined) await passwords.set(address, split.password);
    await write(split.url);
  }
  if (all.length > 0) {
    vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t('Moved to the secret storage.')}`, 4000);
  }
  return all.length;
}
