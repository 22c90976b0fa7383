import * as vscode from 'vscode';
import { field } from '../arguments.ts';

/** An address, as VS Code has them or as a text. */
export function uriOf(argument: unknown): vscode.Uri | undefined {
  const value = argument instanceof vscode.Uri ? argument : field(argument, 'uri');
  if (value instanceof vscode.Uri) return value;
  if (typeof value !== 'string') return undefined;
  try {
    return vscode.Uri.parse(value, true);
  } catch {
    return undefined;
  }
}
