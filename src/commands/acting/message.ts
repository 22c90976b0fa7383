import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Agent } from '../../model/picture.ts';
import { exceedsBytes } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import { textOf } from '../arguments.ts';
import { done, type Acting } from './acting.ts';
import { fleetsMeant, peopled } from './fleets.ts';
import { agentMeant, pickAgent } from './whom.ts';

/** A message that was sent: its id, and how many inboxes it reached. */
export interface Sent {
  readonly id: string;
  readonly receivers: number;
}

/** Sends a message to the agent of a row or of `{agent, ns?, text?}`, which reads it at its next step. */
export async function messageAgent(acting: Acting, argument?: unknown): Promise<Sent | undefined> {
  acting.demandConnection();
  const title = vscode.l10n.t('Message Agent');
  const whom = agentMeant(argument, acting) ?? (await pickAgent(acting, title));
  if (whom === undefined) return undefined;
  const { ns, id } = whom;
  const name = acting.nameOf(ns, id);
  const agent = acting.picture.agentById(ns, id);
  const prompt = [vscode.l10n.t('To {0}, as {1}', name, acting.by), hindrance(agent)].filter(Boolean).join('. ');
  const text = textGiven(argument) ?? (await askText(title, prompt));
  if (text === undefined) return undefined;
  const sent = await send(acting, [ns], id, text);
  done(`${vscode.l10n.t('Sent to {0}.', name)} ${whenRead(agent)}`);
  return sent;
}

/** The same to everybody in a fleet, that of `{ns?, text?}` or of a person's choice. */
export async function messageFleet(acting: Acting, argument?: unknown): Promise<Sent | undefined> {
  acting.demandConnection();
  const title = vscode.l10n.t('Message Fleet');
  const fleets = await fleetsMeant(argument, acting, title, peopled(acting));
  if (fleets === undefined) return undefined;
  const text = textGiven(argument) ?? (await askText(title, vscode.l10n.t('To every agent, as {0}', acting.by)));
  if (text === undefined) return undefined;
  const sent = await send(acting, fleets, '*', text);
  const { receivers } = sent;
  const reached = receivers === 1 ? vscode.l10n.t('Sent to 1 agent.') : vscode.l10n.t('Sent to {0} agents.', receivers);
  done(receivers === 0 ? vscode.l10n.t('There is no agent yet that could read it.') : `${reached} ${whenRead()}`);
  return sent;
}

async function send(acting: Acting, fleets: readonly string[], to: string, text: string): Promise<Sent> {
  const id = randomUUID();
  let receivers = 0;
  for (const ns of fleets) {
    receivers += await acting.call(ns, vscode.l10n.t('Sending'), (calls) => calls.send(acting.by, to, id, text));
  }
  return { id, receivers };
}

/** What keeps an agent from reading a message, which is better known before it is written; empty where nothing does. */
function hindrance(agent: Agent | undefined): string {
  if (agent === undefined) return vscode.l10n.t('Nobody of this name is known yet; it waits until one comes');
  if (agent.liveness === 'dead') return vscode.l10n.t('It is dead: read only if it comes back under the same name');
  if (agent.hook === null) return vscode.l10n.t('No hook brings it there: read only if the agent looks into its inbox');
  return '';
}

/** When it will be read. Who has come to rest has no next step before it gets a prompt. */
function whenRead(agent?: Agent): string {
  if (agent !== undefined && (agent.hook === null || agent.liveness === 'dead')) {
    return vscode.l10n.t('It waits in its inbox.');
  }
  return agent?.liveness === 'idle'
    ? vscode.l10n.t('It will be read with the next prompt.')
    : vscode.l10n.t('It will be read at the next step.');
}

/** @throws Error where the text of an argument object cannot be sent */
function textGiven(argument: unknown): string | undefined {
  const text = textOf(argument, 'text');
  const problem = text === undefined ? undefined : problemOf(text);
  if (problem !== undefined) throw new Error(problem);
  return text;
}

function askText(title: string, prompt: string): Thenable<string | undefined> {
  const placeHolder = vscode.l10n.t('What the agent should know or do');
  // What has been typed is not lost by a look elsewhere.
  return vscode.window.showInputBox({ title, prompt, placeHolder, ignoreFocusOut: true, validateInput: problemOf });
}

function problemOf(text: string): string | undefined {
  if (text.trim() === '') return vscode.l10n.t('An empty message says nothing.');
  if (!exceedsBytes(text, limits.message)) return undefined;
  return vscode.l10n.t('A message is at most {0} KiB long.', limits.message / 1024);
}
