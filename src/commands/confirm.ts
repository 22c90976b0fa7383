import * as vscode from 'vscode';

/** Asks before something is done that others feel. Answers whether the person pressed the button that is named by `action`. */
export async function confirm(question: { message: string; detail: string; action: string }): Promise<boolean> {
  const { message, detail, action } = question;
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, action)) === action;
}
