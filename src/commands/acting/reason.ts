import * as vscode from 'vscode';
import { exceedsBytes } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import { textOf } from '../arguments.ts';

/** The reason in an argument object. @throws Error for one that is too long */
export function reasonIn(argument: unknown): string | undefined {
  const reason = textOf(argument, 'reason');
  const problem = reason === undefined ? undefined : problemOf(reason, false);
  if (problem !== undefined) throw new Error(problem);
  return reason;
}

/** Asks a person why; undefined where they leave. */
export function askReason(
  title: string,
  prompt: string,
  placeHolder: string,
  isRequired: boolean,
): Thenable<string | undefined> {
  const validateInput = (text: string): string | undefined => problemOf(text, isRequired);
  return vscode.window.showInputBox({ title, prompt, placeHolder, ignoreFocusOut: true, validateInput });
}

function problemOf(text: string, isRequired: boolean): string | undefined {
  if (isRequired && text.trim() === '') return vscode.l10n.t('A reason is needed, for the one who loses the claim.');
  if (!exceedsBytes(text, limits.reason)) return undefined;
  return vscode.l10n.t('A reason is at most {0} KiB long.', limits.reason / 1024);
}
