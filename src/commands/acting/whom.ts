import * as vscode from 'vscode';
import { agentKey, attentionItemId, claimKey } from '../../host/rowIds.ts';
import type { Agent, Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { exceedsBytes } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import { personRole } from '../../protocol/person.ts';
import { textOf } from '../arguments.ts';
import type { Acting } from './acting.ts';
import { livenessWord } from './livenessWord.ts';

export interface Whom {
  readonly ns: string;
  readonly id: string;
}

/**
 * The agent that a row or `{agent, ns?}` means; undefined where neither was given. A row of a claim means its holder.
 * @throws Error for a row that has no agent, and for a name that no agent can have
 */
export function agentMeant(argument: unknown, acting: Acting): Whom | undefined {
  if (typeof argument === 'string') {
    const row = agentOfRow(argument, acting.picture);
    if (row === undefined) throw new Error(vscode.l10n.t('No agent stands behind this row, or it has gone meanwhile.'));
    return row;
  }
  const id = textOf(argument, 'agent');
  if (id === undefined) return undefined;
  demandAgentName(id);
  const { namespaces } = acting.picture.connection;
  const known = namespaces.find((ns) => acting.picture.agentById(ns, id) !== undefined);
  return { ns: acting.namespaceIn(argument) ?? known ?? namespaces[0] ?? '', id };
}

function agentOfRow(row: string, picture: Picture): Whom | undefined {
  const agent = picture.agent(agentKey(row) ?? '');
  if (agent !== undefined) return agent;
  const claim = picture.claim(claimKey(row) ?? '');
  // A plain lock may name nobody.
  if (claim !== undefined) return claim.holder === '?' ? undefined : { ns: claim.ns, id: claim.holder };
  const id = attentionItemId(row);
  const item = id === undefined ? undefined : picture.attention.find((each) => each.id === id);
  if (item === undefined) return undefined;
  // Of a wait it is who could end it.
  const who = item.waits === undefined ? item.agent : item.detail;
  return who === null || who === '?' ? undefined : { ns: item.ns, id: who };
}

/** @throws Error for what the function library takes for no agent */
export function demandAgentName(id: string): void {
  if (id !== '' && !/\p{Cc}/u.test(id) && !exceedsBytes(id, limits.agentName)) return;
  throw new Error(vscode.l10n.t('"{0}" cannot be the name of an agent.', displayText(id, 60)));
}

/** Asks which agent is meant, among those that `among` says. Undefined where the person leaves; says so where there is none. */
export async function pickAgent(
  acting: Acting,
  title: string,
  among: (agent: Agent) => boolean = () => true,
): Promise<Whom | undefined> {
  acting.demandConnection();
  const agents = acting.picture.agents.filter((agent) => agent.role !== personRole && among(agent));
  if (agents.length === 0) throw new Error(vscode.l10n.t('There is no agent of which this can be asked now.'));
  const items = agents.map((agent) => agentItem(agent, acting));
  const placeHolder = vscode.l10n.t('Which agent?');
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true }))?.whom;
}

/** An agent as an entry of a list: by name, with what it does. */
export function agentItem(agent: Agent, acting: Acting): vscode.QuickPickItem & { whom: Whom } {
  const { ns, id, task } = agent;
  const where = acting.picture.connection.namespaces.length > 1 && ns !== '' ? [displayText(ns, 40)] : [];
  const doing = [livenessWord(agent, vscode.l10n), ...(task === null ? [] : [displayText(task, 60)]), ...where];
  return {
    label: acting.nameOf(ns, id).replaceAll('$(', '$ ('),
    description: doing.join(' · ').replaceAll('$(', '$ ('),
    whom: { ns, id },
  };
}
