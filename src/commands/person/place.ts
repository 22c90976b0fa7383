import * as vscode from 'vscode';
import { placeAt, type Place, type Unclaimable } from '../../host/claimable.ts';
import type { Roots } from '../../host/roots.ts';
import type { Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { isResource } from '../../protocol/resources.ts';
import { claimKey } from '../../host/rowIds.ts';
import { uriOf } from '../acting/uriArgument.ts';
import { textOf } from '../arguments.ts';

/**
 * What a command about a claim is for: `{uri}` or `{resource, ns?}` of a caller, the file or folder of a menu, the row of a
 * claim, else the file in the active editor. Throws an error in words where that is nothing to claim.
 */
export async function placeMeant(argument: unknown, picture: Picture, roots: Roots): Promise<Place> {
  const { l10n } = vscode;
  const key = claimKey(argument);
  const claim = key === undefined ? undefined : picture.claim(key);
  if (claim !== undefined) return { ns: claim.ns, resource: claim.resource };
  const resource = textOf(argument, 'resource');
  if (resource !== undefined) {
    if (!isResource(resource))
      throw new Error(l10n.t('"{0}" is nothing that can be claimed.', displayText(resource, 80)));
    return { ns: textOf(argument, 'ns') ?? picture.connection.namespaces[0] ?? '', resource };
  }
  const uri = uriOf(argument) ?? activeUri();
  if (uri === undefined) throw new Error(l10n.t('Open the file first, or choose it in the explorer.'));
  const place = await placeAt(uri, roots, picture.connection.namespaces);
  if (typeof place === 'string') throw new Error(words(place));
  return place;
}

/** Of a text editor, else of what else shows a file: a notebook, a picture, one side of a comparison. */
function activeUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (typeof input === 'object' && input !== null) {
    if ('uri' in input && input.uri instanceof vscode.Uri) return input.uri;
    if ('modified' in input && input.modified instanceof vscode.Uri) return input.modified;
  }
  return vscode.window.activeTextEditor?.document.uri;
}

function words(why: Unclaimable): string {
  const { l10n } = vscode;
  switch (why) {
    case 'untrusted':
      return l10n.t('Nothing is claimed in a workspace that is not trusted. Trust it first.');
    case 'no-file':
      return l10n.t('Only files and folders on disk can be claimed. Save it first.');
    case 'outside':
      return l10n.t(
        'This is in no repository and in no folder of this window, so that no agent knows it by a name. Open its folder first.',
      );
    case 'unnamed':
      return l10n.t('No claim can have this name: it is too long, too deep, or has a control character in it.');
    case 'elsewhere':
      return l10n.t(
        'This window does not follow the fleet of this file’s repository. Open its folder in this window, or name the fleet in the setting signalbox.namespace.',
      );
  }
}
