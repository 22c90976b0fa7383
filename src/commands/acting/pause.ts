import * as vscode from 'vscode';
import type { Pause } from '../../model/picture.ts';
import { everybody } from '../../model/pauseBook.ts';
import { displayText } from '../../protocol/displayText.ts';
import { isAsked } from '../arguments.ts';
import { forMessage } from '../say.ts';
import { done, type Acting } from './acting.ts';
import { fleetsMeant, peopled } from './fleets.ts';
import { askReason, reasonIn } from './reason.ts';
import { agentMeant, pickAgent, type Whom } from './whom.ts';

/** Whether it was otherwise before. */
export interface Changed {
  readonly changed: boolean;
}

/** Tells the agent of a row, or of `{agent, ns?, reason?}`, to stop before its next step. */
export async function pauseAgent(acting: Acting, argument?: unknown): Promise<Changed | undefined> {
  acting.demandConnection();
  const title = vscode.l10n.t('Pause Agent');
  const isOpen = ({ ns, id }: Whom): boolean => ownPause(acting, { ns, id }) === undefined;
  const whom =
    agentMeant(argument, acting) ??
    (await pickAgent(acting, title, (agent) => agent.liveness !== 'dead' && isOpen(agent)));
  if (whom === undefined) return undefined;
  const name = acting.nameOf(whom.ns, whom.id);
  const reason = await reasonFor(argument, title, vscode.l10n.t('Why {0} is to pause, which it is told', name));
  if (reason === undefined) return undefined;
  const changed = await control(acting, [whom.ns], whom.id, 'pause', reason);
  const agent = acting.picture.agentById(whom.ns, whom.id);
  if (!changed) done(vscode.l10n.t('{0} was paused already.', name));
  else if (agent?.hook) done(vscode.l10n.t('Paused {0}: it stops before its next step.', name));
  else done(vscode.l10n.t('Paused {0}. No hook holds it, so it stops only if it looks.', name));
  return { changed };
}

/** Lets the agent of a row, or of `{agent, ns?}`, go on. Says so where another pause still holds it. */
export async function resumeAgent(acting: Acting, argument?: unknown): Promise<Changed | undefined> {
  acting.demandConnection();
  const title = vscode.l10n.t('Resume Agent');
  const whom = agentMeant(argument, acting) ?? (await pickAgent(acting, title, (agent) => agent.paused !== null));
  if (whom === undefined) return undefined;
  const changed = await control(acting, [whom.ns], whom.id, 'resume', '');
  const wider = widerPause(acting, whom);
  const name = acting.nameOf(whom.ns, whom.id);
  if (wider !== undefined) {
    if (!isAsked(argument)) void offerWider(acting, name, wider);
  } else if (changed) done(vscode.l10n.t('{0} goes on.', name));
  else done(vscode.l10n.t('{0} was not paused.', name));
  return { changed };
}

/** Tells everybody in a fleet, that of `{ns?, reason?}` or of a person's choice, to stop before their next step. */
export async function pauseFleet(acting: Acting, argument?: unknown): Promise<Changed | undefined> {
  acting.demandConnection();
  const title = vscode.l10n.t('Pause Fleet');
  const fleets = await fleetsMeant(argument, acting, title, peopled(acting));
  if (fleets === undefined) return undefined;
  const reason = await reasonFor(argument, title, vscode.l10n.t('Why all are to pause, which they are told'));
  if (reason === undefined) return undefined;
  const changed = await control(acting, fleets, everybody, 'pause', reason);
  done(
    changed
      ? vscode.l10n.t('Paused the fleet: everybody stops before their next step.')
      : vscode.l10n.t('The fleet was paused already.'),
  );
  return { changed };
}

/** Lets everybody go on whom no pause of their own holds. */
export async function resumeFleet(acting: Acting, argument?: unknown): Promise<Changed | undefined> {
  acting.demandConnection();
  const { pauses } = acting.picture;
  const paused = pauses.filter(({ target }) => target === everybody).map(({ ns }) => ns);
  const fleets = await fleetsMeant(argument, acting, vscode.l10n.t('Resume Fleet'), paused);
  if (fleets === undefined) return undefined;
  const changed = await control(acting, fleets, everybody, 'resume', '');
  const still = pauses.filter(({ ns, target }) => fleets.includes(ns) && target !== everybody).length;
  if (!changed) done(vscode.l10n.t('The fleet was not paused.'));
  else if (still === 0) done(vscode.l10n.t('The fleet goes on.'));
  else done(vscode.l10n.t('The fleet goes on, but for {0} with a pause of their own.', still));
  return { changed };
}

async function control(
  acting: Acting,
  fleets: readonly string[],
  target: string,
  action: 'pause' | 'resume',
  reason: string,
): Promise<boolean> {
  const title = action === 'pause' ? vscode.l10n.t('Pausing') : vscode.l10n.t('Resuming');
  let changed = false;
  for (const ns of fleets) {
    changed = (await acting.call(ns, title, (calls) => calls.control(acting.by, target, action, reason))) || changed;
  }
  return changed;
}

/** The reason that was given, or what a person says when asked; undefined where they leave. */
async function reasonFor(argument: unknown, title: string, prompt: string): Promise<string | undefined> {
  if (isAsked(argument)) return reasonIn(argument) ?? '';
  return askReason(title, prompt, vscode.l10n.t('A reason, or nothing'), false);
}

const ownPause = ({ picture }: Acting, { ns, id }: Whom): Pause | undefined =>
  picture.pauses.find((pause) => pause.ns === ns && pause.target === id);

/** A pause of the whole fleet, or of an agent that this one is a child of. */
function widerPause({ picture }: Acting, { ns, id }: Whom): Pause | undefined {
  return picture.pauses.find(
    ({ ns: where, target }) => where === ns && (target === everybody || id.startsWith(`${target}/`)),
  );
}

/** Says what still holds an agent, and takes it back if the person wants. */
async function offerWider(acting: Acting, name: string, { ns, target, by }: Pause): Promise<void> {
  const who = acting.nameOf(ns, by);
  const isFleet = target === everybody;
  const parent = acting.nameOf(ns, target);
  const text = isFleet
    ? vscode.l10n.t('{0} stays paused, because {1} has paused the whole fleet.', name, who)
    : vscode.l10n.t('{0} stays paused, because {1} has paused {2}.', name, who, parent);
  const offer = isFleet ? vscode.l10n.t('Resume Fleet') : vscode.l10n.t('Resume {0}', displayText(parent, 30));
  if ((await vscode.window.showInformationMessage(forMessage(text), offer)) !== offer) return;
  const [command, argument] = isFleet ? ['resumeFleet', { ns }] : ['resumeAgent', { ns, agent: target }];
  await vscode.commands.executeCommand(`signalbox.${command}`, argument);
}
