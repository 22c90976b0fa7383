import * as vscode from 'vscode';
import { displayText } from '../protocol/displayText.ts';
import { textOf } from './arguments.ts';
import { inPassing } from './say.ts';

/** Finds out where a resource now is in this window. */
export interface Whereabouts {
  look(ns: string, resource: string): Promise<vscode.Uri[]>;
}

/**
 * Opens the file that `{ns, resource}` names and answers its address. Where several folders have one it asks which is
 * meant; where none has, it says so in passing, as nothing is broken by that.
 */
export async function openResource(files: Whereabouts, argument: unknown): Promise<string | undefined> {
  const resource = textOf(argument, 'resource');
  if (resource === undefined) return undefined;
  const places = await files.look(textOf(argument, 'ns') ?? '', resource);
  const place = places.length > 1 ? await askWhich(places, resource) : places[0];
  if (place === undefined) {
    const name = displayText(resource, 80);
    if (places.length === 0) inPassing(vscode.l10n.t('{0} is not in this workspace', name));
    return undefined;
  }
  await vscode.commands.executeCommand('vscode.open', place, { preserveFocus: true, preview: true });
  return place.toString();
}

async function askWhich(places: readonly vscode.Uri[], resource: string): Promise<vscode.Uri | undefined> {
  const items = places.map((place) => {
    const folder = vscode.workspace.getWorkspaceFolder(place);
    return { label: displayText(folder?.name ?? place.fsPath, 80), description: displayText(resource, 120), place };
  });
  const title = vscode.l10n.t('Open from which folder?');
  return (await vscode.window.showQuickPick(items, { title }))?.place;
}
