import * as vscode from 'vscode';
import { focusedView } from '../../host/rowIds.ts';

/** What is selected in a view, by the ids of its rows. */
export type Selection = (view: string) => readonly string[];

/**
 * What a command was called with, and for a keybinding the row that has the focus in its view. VS Code tells an extension
 * what is selected but not what has the focus, so the latter is selected for a moment, which opens nothing.
 */
export async function withFocusedRow(argument: unknown, selection: Selection): Promise<unknown> {
  const view = focusedView(argument);
  if (view === undefined) return argument;
  const before = selection(view);
  await vscode.commands.executeCommand('list.toggleSelection');
  const after = selection(view);
  await vscode.commands.executeCommand('list.toggleSelection');
  return after.find((row) => !before.includes(row)) ?? before.find((row) => !after.includes(row)) ?? before[0];
}
