import * as vscode from 'vscode';
import { agentKey, attentionItemId, claimKey } from '../../host/rowIds.ts';
import type { Claim, Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { isResource } from '../../protocol/resources.ts';
import { field, textOf } from '../arguments.ts';
import type { Acting } from './acting.ts';

/** A claim as a person saw it: with its token, by which a change in between is noticed. */
export interface ClaimMeant {
  readonly ns: string;
  readonly resource: string;
  /** Null for a plain lock. */
  readonly token: number | null;
  /** The claim as the picture has it, if it does. */
  readonly known: Claim | undefined;
}

/**
 * The claim that a row, `{resource, ns?, token?}` or else the person means; undefined where they leave. Of a row that
 * stands for an agent it is one of those that the agent holds.
 * @throws Error where nothing is claimed there
 */
export async function claimMeant(argument: unknown, acting: Acting, title: string): Promise<ClaimMeant | undefined> {
  const { picture } = acting;
  const resource = textOf(argument, 'resource');
  if (resource !== undefined) return claimNamed(resource, argument, acting);
  const claims = typeof argument === 'string' ? claimsOfRow(argument, picture) : picture.claims;
  if (claims.length === 0) {
    throw new Error(
      typeof argument === 'string'
        ? vscode.l10n.t('Nothing is claimed here any more.')
        : vscode.l10n.t('Nothing is claimed now.'),
    );
  }
  const claim =
    claims.length === 1 && typeof argument === 'string' ? claims[0] : await pickClaim(claims, acting, title);
  return claim && { ns: claim.ns, resource: claim.resource, token: claim.token, known: claim };
}

function claimNamed(resource: string, argument: unknown, acting: Acting): ClaimMeant {
  if (!isResource(resource)) {
    throw new Error(vscode.l10n.t('"{0}" is nothing that can be claimed.', displayText(resource, 80)));
  }
  const { picture } = acting;
  const named = acting.namespaceIn(argument);
  const isMeant = (claim: Claim): boolean => claim.resource === resource && claim.ns === (named ?? claim.ns);
  const known = picture.claims.find(isMeant);
  const ns = named ?? known?.ns ?? picture.connection.namespaces[0] ?? '';
  const token = tokenIn(argument);
  return { ns, resource, token: token === undefined ? (known?.token ?? null) : token, known };
}

/** A token as a status or a reply tells it; an empty text or null for a plain lock. */
function tokenIn(argument: unknown): number | null | undefined {
  const token = field(argument, 'token');
  if (token === null || token === '') return null;
  const value = typeof token === 'string' && /^\d{1,16}$/.test(token) ? Number(token) : token;
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function claimsOfRow(row: string, picture: Picture): readonly Claim[] {
  const claim = picture.claim(claimKey(row) ?? '');
  if (claim !== undefined) return [claim];
  const agent = picture.agent(agentKey(row) ?? '');
  if (agent !== undefined) return picture.claimsHeldBy(agent.ns, agent.id);
  const id = attentionItemId(row);
  const item = picture.attention.find((each) => each.id === id);
  if (item === undefined) return [];
  const names = [item.resource, item.spelling];
  const named = picture.claims.filter(({ ns, resource }) => ns === item.ns && names.includes(resource));
  return named.length > 0 || item.agent === null ? named : picture.claimsHeldBy(item.ns, item.agent);
}

async function pickClaim(claims: readonly Claim[], acting: Acting, title: string): Promise<Claim | undefined> {
  // What somebody waits for is more likely to be meant.
  const sorted = claims.toSorted((a, b) => Math.sign(b.waiters.length) - Math.sign(a.waiters.length));
  const items = sorted.map((claim) => {
    const { ns, resource, holder, waiters } = claim;
    const waiting = waiters.length === 0 ? [] : [vscode.l10n.t('{0} waiting', waiters.length)];
    return {
      label: displayText(resource, 120).replaceAll('$(', '$ ('),
      description: [acting.nameOf(ns, holder), ...waiting].join(' · ').replaceAll('$(', '$ ('),
      claim,
    };
  });
  const placeHolder = vscode.l10n.t('Which claim?');
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true }))?.claim;
}
