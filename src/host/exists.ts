import * as vscode from 'vscode';

/** Whether there is a file or folder at a place. Never rejects: what cannot be looked at is not there for us. */
export async function exists(place: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(place);
    return true;
  } catch {
    return false;
  }
}
