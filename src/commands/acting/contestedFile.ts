import * as vscode from 'vscode';
import { attentionItemId } from '../../host/rowIds.ts';
import { displayText } from '../../protocol/displayText.ts';
import { resourceKind } from '../../protocol/names.ts';
import type { Whereabouts } from '../openResource.ts';
import { textOf } from '../arguments.ts';
import type { Acting } from './acting.ts';
import { uriOf } from './uriArgument.ts';
import { claimMeant } from './whichClaim.ts';

/** A file, and whom it concerns: who has it first, then who else wants it or edited it. */
export interface Contested {
  readonly ns: string;
  readonly resource: string;
  readonly name: string;
  readonly agents: readonly string[];
  /** Where it was seen, if it was by its address. */
  readonly uri?: vscode.Uri;
}

/**
 * The file that a row, `{uri}`, `{resource, ns?}` or else the person means; undefined where they leave.
 * @throws Error where it is no file that is meant
 */
export async function contestedFile(
  acting: Acting,
  files: Whereabouts,
  argument: unknown,
): Promise<Contested | undefined> {
  const id = attentionItemId(argument);
  const item = id === undefined ? undefined : acting.picture.attention.find((each) => each.id === id);
  if (item?.resource) return fileOf(acting, item.ns, item.resource, [item.detail, item.agent]);
  const uri = uriOf(argument);
  if (uri !== undefined) return fileAt(acting, files, uri);
  const resource = textOf(argument, 'resource');
  if (resource !== undefined) {
    return fileOf(acting, acting.namespaceIn(argument) ?? acting.picture.connection.namespaces[0] ?? '', resource, []);
  }
  const claim = await claimMeant(argument, acting, vscode.l10n.t('Compare'));
  return claim && fileOf(acting, claim.ns, claim.resource, []);
}

function fileOf(acting: Acting, ns: string, resource: string, more: readonly (string | null)[]): Contested {
  const name = displayText(resource.slice(resource.lastIndexOf('/', resource.length - 2) + 1), 80);
  if (resourceKind(resource) !== 'file') throw new Error(vscode.l10n.t('{0} is no file that could be compared.', name));
  const claim = acting.picture.claims.find((each) => each.ns === ns && each.resource === resource);
  const known = claim === undefined ? [] : [claim.holder, ...claim.waiters];
  // The detail of what needs attention is not always an agent.
  const agents = [...known, ...more].filter((id) => id !== null && id !== '?');
  return { ns, resource, name, agents: [...new Set(agents as string[])] };
}

async function fileAt(acting: Acting, files: Whereabouts, uri: vscode.Uri): Promise<Contested> {
  for (const { ns, resource, kind } of acting.picture.claims) {
    if (kind !== 'file' || !uri.path.endsWith(`/${resource.replace(/^\.\//, '')}`)) continue;
    const places = await files.look(ns, resource);
    if (places.some((place) => place.toString() === uri.toString()))
      return { ...fileOf(acting, ns, resource, []), uri };
  }
  const name = displayText(uri.path.slice(uri.path.lastIndexOf('/') + 1), 80);
  return { ns: acting.picture.connection.namespaces[0] ?? '', resource: '', name, agents: [], uri };
}
