import * as vscode from 'vscode';
import type { Agent } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { isAsked, textOf } from '../arguments.ts';
import { done, type Acting } from './acting.ts';
import { askReason, reasonIn } from './reason.ts';
import { transfer, type Transferred } from './transfer.ts';
import { claimMeant, type ClaimMeant } from './whichClaim.ts';
import { agentItem, demandAgentName, type Whom } from './whom.ts';

/** Gives the claim of a row, or of `{resource, to, ns?, reason?, token?}`, to another agent or to the person itself. */
export async function handOverClaim(acting: Acting, argument?: unknown): Promise<Transferred | undefined> {
  acting.demandConnection();
  const title = vscode.l10n.t('Hand Over Claim');
  const claim = await claimMeant(argument, acting, title);
  if (claim === undefined) return undefined;
  const given = textOf(argument, 'to');
  if (given !== undefined) demandAgentName(given);
  const to = given ?? (await pickReceiver(acting, claim));
  if (to === undefined) return undefined;
  const [name, receiver] = [displayText(claim.resource, 80), acting.nameOf(claim.ns, to)];
  const prompt = vscode.l10n.t('Why {0} gets {1}, which both are told', receiver, name);
  const reason =
    isAsked(argument) && given !== undefined
      ? (reasonIn(argument) ?? '')
      : await askReason(title, prompt, vscode.l10n.t('A reason, or nothing'), false);
  if (reason === undefined) return undefined;
  const became = await transfer(acting, claim, to, reason);
  if (became.outcome === 'done') done(vscode.l10n.t('Handed {0} to {1}.', name, receiver));
  return became;
}

type ReceiverItem = vscode.QuickPickItem & { whom?: Whom };

/** Who may get it: who waits for it, then who else lives, then the person itself. */
async function pickReceiver(acting: Acting, { ns, resource, known }: ClaimMeant): Promise<string | undefined> {
  const { agents } = acting.picture;
  const waiters = known?.waiters ?? [];
  const isOpen = (agent: Agent): boolean =>
    agent.ns === ns && agent.id !== known?.holder && agent.id !== acting.by && !waiters.includes(agent.id);
  const isThere = ({ liveness }: Agent): boolean => liveness !== 'dead' && liveness !== 'unknown';
  const waiting = waiters.map((id) => {
    const agent = acting.picture.agentById(ns, id);
    return agent === undefined ? { label: acting.nameOf(ns, id), whom: { ns, id } } : agentItem(agent, acting);
  });
  const others = agents.filter((agent) => isOpen(agent) && isThere(agent)).map((agent) => agentItem(agent, acting));
  const isMine = known?.holder === acting.by;
  const me = { label: vscode.l10n.t('Me'), description: acting.by, whom: { ns, id: acting.by } };
  const items: ReceiverItem[] = [
    ...part(vscode.l10n.t('Waiting for it'), waiting),
    ...part(vscode.l10n.t('Agents'), others),
    ...part(vscode.l10n.t('You'), isMine || waiters.includes(acting.by) ? [] : [me]),
  ];
  const title = vscode.l10n.t('Hand Over {0}', displayText(resource, 80));
  const holder = acting.nameOf(ns, known?.holder ?? '?');
  const placeHolder = vscode.l10n.t('Who is to have it instead of {0}?', holder);
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true }))?.whom?.id;
}

function part(label: string, items: readonly ReceiverItem[]): ReceiverItem[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}
