import * as vscode from 'vscode';
import type { Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { globEscape } from '../../protocol/names.ts';
import type { Scope } from '../../redis/keys/matchedKeys.ts';
import { textOf } from '../arguments.ts';

/** What a person wants to be cleaned up, and what they have to type for all of it. */
export interface Meant extends Scope {
  /** A fleet's, or null where it is a pattern. */
  readonly ns: string | null;
  /** What it is called. */
  readonly name: string;
}

/** The word by which one says that every key of a database is meant. */
const everyKey = 'everything';

/** All keys of a fleet, but for those of another whose namespace begins like its own. */
export function ofNamespace(ns: string, picture: Picture, everything: boolean): Meant {
  const except = picture.connection.namespaces.filter((each) => each !== ns && each.startsWith(ns));
  return { pattern: `${globEscape(ns)}*`, except, everything, ns, name: displayText(ns, 80) };
}

const ofPattern = (pattern: string): Meant => ({
  ...{ pattern, except: [], everything: false },
  ...{ ns: null, name: displayText(pattern, 80) },
});

/**
 * What an argument object names by `ns` or `pattern`; undefined where it names neither.
 * @throws Error in words where that is too much
 */
export function scopeIn(argument: unknown, picture: Picture): Meant | undefined {
  const ns = textOf(argument, 'ns');
  const confirm = textOf(argument, 'confirm');
  if (ns !== undefined) {
    if (ns === '') throw new Error(vscode.l10n.t('Without a namespace, name a pattern.'));
    return ofNamespace(ns, picture, confirm === ns);
  }
  const pattern = textOf(argument, 'pattern');
  if (pattern === undefined) return undefined;
  const problem = problemOf(pattern);
  if (problem !== undefined && !(pattern !== '' && confirm === everyKey)) throw new Error(problem);
  return ofPattern(pattern);
}

/** Asks for a fleet or a pattern. */
export async function askScope(picture: Picture, title: string): Promise<Meant | undefined> {
  const { l10n } = vscode;
  const fleets = picture.connection.namespaces.filter((ns) => ns !== '');
  const byPattern = { label: l10n.t('By pattern…'), ns: '' };
  const items = fleets.map((ns) => ({ label: displayText(ns, 80), description: l10n.t('what begins like this'), ns }));
  const placeHolder = l10n.t('Which keys? They are counted first');
  const chosen =
    fleets.length === 0 ? byPattern : await vscode.window.showQuickPick([...items, byPattern], { title, placeHolder });
  if (chosen === undefined) return undefined;
  if (chosen !== byPattern) return ofNamespace(chosen.ns, picture, false);
  const prompt = l10n.t('Pattern as of redis-cli --scan: * any letters, ? one, [ab] one of these');
  const options = { title, prompt, value: 'agent:temp:*', valueSelection: [0, 10] as [number, number] };
  const pattern = await vscode.window.showInputBox({ ...options, validateInput: warningOf });
  if (pattern === undefined || pattern === '') return undefined;
  if (!isEverything(pattern)) return ofPattern(pattern);
  const question = l10n.t('That is every key of the database. Type {0} if you mean it', everyKey);
  const typed = await vscode.window.showInputBox({ title, prompt: question });
  return typed === everyKey ? ofPattern(pattern) : undefined;
}

/** A pattern without any letter. */
const isEverything = (pattern: string): boolean => pattern.replace(/\[[^\]]*\]?|[*?]/g, '') === '';

function problemOf(pattern: string): string | undefined {
  if (pattern === '') return vscode.l10n.t('An empty pattern matches nothing.');
  return isEverything(pattern)
    ? vscode.l10n.t('This matches every key of the database. Put a namespace or another beginning in front.')
    : undefined;
}

/** Nothing is to be typed on for nothing, while every key may be meant. */
function warningOf(pattern: string): vscode.InputBoxValidationMessage | undefined {
  const message = problemOf(pattern);
  const { Error: error, Warning: warning } = vscode.InputBoxValidationSeverity;
  return message === undefined ? undefined : { message, severity: pattern === '' ? error : warning };
}
