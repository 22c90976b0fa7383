import * as vscode from 'vscode';
import { settingsProblem } from '../protocol/reasons.ts';
import { redactUrl } from '../redis/redact.ts';
import type { Discovered } from '../redis/discover.ts';
import { UserError } from '../redis/userError.ts';
import { readAddress } from '../redis/address.ts';
import { failureText } from './say.ts';

/**
 * Asks for the address of a server; undefined when the person gave up. The box is there at once, and names what answers
 * a PING as soon as that is known; `offer` puts the first of these into it, unless something was typed.
 */
export function askAddress(
  value: string,
  offer: boolean,
  found: Promise<readonly Discovered[]>,
): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  const prompt = vscode.l10n.t('Address of the server that your agents publish to');
  box.title = vscode.l10n.t('Connect to Redis');
  box.prompt = prompt;
  box.placeholder = 'redis://127.0.0.1:6379';
  box.value = value;
  box.ignoreFocusOut = true;
  let open = true;
  void found.then((servers) => {
    const first = servers[0];
    if (!open || first === undefined) return;
    const names = servers.map(({ url }) => redactUrl(url).replace(/^redis:\/\//, ''));
    const addition = vscode.l10n.t('Found: {0}', names.join(', '));
    box.prompt = `${prompt}. ${addition}`;
    if (offer && box.value === value) box.value = first.url;
  });
  return new Promise((resolve) => {
    box.onDidChangeValue((text) => (box.validationMessage = problemOf(text)));
    box.onDidAccept(() => {
      box.validationMessage = problemOf(box.value);
      if (box.validationMessage) return;
      resolve(box.value);
      box.hide();
    });
    box.onDidHide(() => {
      open = false;
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function problemOf(text: string): string | undefined {
  try {
    readAddress(text);
    return undefined;
  } catch (error) {
    // Beside the field there is no need to say what it is about.
    return error instanceof UserError && error.reason.code === 'bad-settings'
      ? settingsProblem(error.reason, vscode.l10n)
      : failureText(error);
  }
}
