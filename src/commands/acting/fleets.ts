import * as vscode from 'vscode';
import { displayText } from '../../protocol/displayText.ts';
import type { Acting } from './acting.ts';

/**
 * The namespaces that "the fleet" means: the one that an argument names, else the only one of `candidates`, else what the
 * person chooses of them. Undefined where they leave.
 */
export async function fleetsMeant(
  argument: unknown,
  acting: Acting,
  title: string,
  candidates: readonly string[],
): Promise<readonly string[] | undefined> {
  const named = acting.namespaceIn(argument);
  if (named !== undefined) return [named];
  const { namespaces } = acting.picture.connection;
  // The first is the repository's own where it has one.
  if (candidates.length === 0) return namespaces.slice(0, 1);
  if (candidates.length === 1) return candidates;
  const items = candidates.map((ns) => ({ label: fleetName(ns), namespaces: [ns] as readonly string[] }));
  const all = { label: vscode.l10n.t('All of them'), namespaces: candidates };
  return (await vscode.window.showQuickPick([...items, all], { title, placeHolder: vscode.l10n.t('Which fleet?') }))
    ?.namespaces;
}

/** The namespaces in which anybody is. */
export const peopled = ({ picture }: Acting): string[] =>
  picture.connection.namespaces.filter((ns) =>
    picture.agents.some((agent) => agent.ns === ns && agent.liveness !== 'dead'),
  );

const fleetName = (ns: string): string =>
  ns === '' ? vscode.l10n.t('Agents without a namespace') : displayText(ns, 80);
