import * as vscode from 'vscode';
import type { Agent } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { ancestorsOf, type Ancestor } from '../../redis/ancestors.ts';
import { ownProcesses } from '../../redis/processes.ts';
import { isAsked } from '../arguments.ts';
import { forMessage } from '../say.ts';
import type { Acting } from './acting.ts';
import { agentMeant, pickAgent } from './whom.ts';

/** Whether a terminal was shown, else why there is none to show. */
export type Shown =
  | { readonly shown: true; readonly terminal: string }
  | { readonly shown: false; readonly why: 'process' | 'host' | 'ended' | 'system' | 'window' | 'outside' };

/** A terminal that is only just being made may not say its process for a while, in ms. */
const patience = 2_000;

/** Brings the terminal to the front in which the agent of a row, or of `{agent, ns?}`, runs; of a subagent, its session. */
export async function showTerminal(acting: Acting, argument?: unknown): Promise<Shown | undefined> {
  const title = vscode.l10n.t('Show Terminal');
  const whom = agentMeant(argument, acting) ?? (await pickAgent(acting, title, ({ hook }) => hook !== null));
  if (whom === undefined) return undefined;
  const { ns, id } = whom;
  const agent = sessionOf(acting, ns, id);
  const found = await look(agent);
  if (found instanceof Object && 'terminal' in found) {
    found.terminal.show();
    return { shown: true, terminal: found.terminal.name };
  }
  const name = acting.nameOf(ns, id);
  if (!isAsked(argument)) void vscode.window.showInformationMessage(forMessage(whyNot(found, name, agent)));
  return { shown: false, why: found };

  async function look(
    of: Agent | undefined,
  ): Promise<Exclude<Shown, { shown: true }>['why'] | { terminal: vscode.Terminal }> {
    const pid = pidOf(of);
    if (of === undefined || pid === null) return 'process';
    if (of.host !== ownProcesses.host) return 'host';
    const chain = await ancestorsOf(pid);
    if (chain === null) return 'system';
    if (chain.length === 0) return 'ended';
    const terminal = await terminalAmong(chain, acting);
    return terminal === undefined ? (isInOtherWindow(chain) ? 'window' : 'outside') : { terminal };
  }
}

/** The nearest of an agent and those it is a child of that names a process. */
function sessionOf(acting: Acting, ns: string, id: string): Agent | undefined {
  let agent = acting.picture.agentById(ns, id);
  for (let at = agent, depth = 0; at !== undefined && depth < 16; depth++) {
    if (pidOf(at) !== null) return at;
    agent = at;
    at = at.parent === null ? undefined : acting.picture.agentById(ns, at.parent);
  }
  return agent;
}

/** Anybody may tell any number; 1 and below are no session's. */
function pidOf(agent: Agent | undefined): number | null {
  const text = agent?.hook?.pid ?? '';
  const pid = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return pid > 1 ? pid : null;
}

async function terminalAmong(chain: readonly Ancestor[], acting: Acting): Promise<vscode.Terminal | undefined> {
  const pids = new Set(chain.map(({ pid }) => pid));
  const { terminals } = vscode.window;
  const roots = await Promise.all(terminals.map((terminal) => soon(terminal.processId, acting)));
  return terminals.find((_terminal, i) => pids.has(roots[i] ?? 0));
}

function soon<T>(work: Thenable<T>, { clock }: Acting): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = clock.after(patience, () => resolve(undefined));
    const end = (value?: T): void => {
      timer.dispose();
      resolve(value);
    };
    work.then(end, () => end());
  });
}

/** VS Code starts all terminals of all its windows from a process that it calls so. */
const isInOtherWindow = (chain: readonly Ancestor[]): boolean =>
  chain.some(({ line }) => /--type=ptyHost\b/.test(line));

function whyNot(why: Exclude<Shown, { shown: true }>['why'], name: string, agent: Agent | undefined): string {
  switch (why) {
    case 'process':
      return vscode.l10n.t('Nothing tells in which process {0} runs: only a hook does.', name);
    case 'host':
      return vscode.l10n.t('{0} runs on {1}, so its terminal is there.', name, displayText(agent?.host ?? '?', 80));
    case 'ended':
      return vscode.l10n.t('The process of {0} has ended.', name);
    case 'system':
      return vscode.l10n.t('This system does not tell in which terminal {0} runs.', name);
    case 'window':
      return vscode.l10n.t('{0} runs in a terminal of another VS Code window.', name);
    case 'outside':
      return vscode.l10n.t('{0} runs in a terminal outside of VS Code, or in none.', name);
  }
}
