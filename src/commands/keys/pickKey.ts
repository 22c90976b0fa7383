import * as vscode from 'vscode';
import type { Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { historyKey, lockPrefix, stateHash } from '../../protocol/names.ts';
import { keysOfRow } from './keysOfRow.ts';

interface KeyItem extends vscode.QuickPickItem {
  readonly name: string;
}

/** Asks which of some keys is meant. */
export async function pickAmong(names: readonly string[], title: string): Promise<string | undefined> {
  if (names.length < 2) return names[0];
  const placeHolder = vscode.l10n.t('Which key?');
  return (await vscode.window.showQuickPick(names.map(itemOf), { title, placeHolder }))?.name;
}

/** Asks for a key, which may be any: those that are known stand below, and what is typed above them. */
export function askKey(picture: Picture, title: string): Promise<string | undefined> {
  const known = [...new Set(knownKeys(picture))].map(itemOf);
  const box = vscode.window.createQuickPick<KeyItem>();
  box.title = title;
  box.placeholder = vscode.l10n.t('Which key?');
  box.items = known;
  return new Promise((resolve) => {
    box.onDidChangeValue((typed) => {
      const isNew = typed !== '' && !known.some(({ name }) => name === typed);
      box.items = isNew ? [{ ...itemOf(typed), alwaysShow: true }, ...known] : known;
    });
    box.onDidAccept(() => {
      resolve(box.activeItems[0]?.name);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function knownKeys(picture: Picture): string[] {
  const rows = [...picture.run.map(({ key }) => `run:${key}`), ...picture.queues.map(({ key }) => `queue:${key}`)];
  return [
    ...rows.flatMap((row) => keysOfRow(row, picture).map(({ name }) => name)),
    ...picture.claims.map(({ ns, resource }) => ns + lockPrefix + resource),
    ...picture.connection.namespaces.flatMap((ns) => [ns + stateHash, ns + historyKey]),
  ];
}

const itemOf = (name: string): KeyItem => ({ label: displayText(name, 200).replaceAll('$(', '$ ('), name });
