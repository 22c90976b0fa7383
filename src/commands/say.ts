import * as vscode from 'vscode';
import { displayText } from '../protocol/displayText.ts';
import { reasonText } from '../protocol/reasons.ts';
import { UserError } from '../redis/userError.ts';

/** A failure in a sentence or two for whoever sits before the window. */
export function failureText(error: unknown): string {
  if (error instanceof UserError) return reasonText(error.reason, vscode.l10n);
  return error instanceof Error ? error.message : String(error);
}

/** VS Code makes links of `[text](target)` in messages, and what a server says may stand in ours. */
export function forMessage(text: string): string {
  return displayText(text, 600).replaceAll('](', '] (');
}

/** Says something for which nobody has to be interrupted. The status bar makes icons of `$(name)`, and names of others may hold it. */
export function inPassing(text: string, icon = 'info'): void {
  vscode.window.setStatusBarMessage(`$(${icon}) ${displayText(text, 200).replaceAll('$(', '$ (')}`, 5000);
}

/** How failures are told. */
export interface FailureWords {
  failureText: typeof failureText;
  forMessage: typeof forMessage;
}
