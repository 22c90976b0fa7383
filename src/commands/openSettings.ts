import * as vscode from 'vscode';

/** Shows the settings of the connection. Where the window is on another machine they are that machine's own. */
export async function openSettings(): Promise<void> {
  const command = vscode.env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
  await vscode.commands.executeCommand(`workbench.action.${command}`, { query: 'signalbox.redis' });
}
