import * as vscode from 'vscode';
import type { Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { globEscape } from '../../protocol/names.ts';
import type { Scope } from '../../redis/keys/matchedKeys.ts';
import { textOf } from '../arguments.ts';

/** What is to be cleaned up as a person calls it. */
export interface Meant extends Scope {
  /** A fleet's, or null where it is a pattern. */
  readonly ns: string | null;
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
 * What an argument object names by `ns` or `pattern`.
 * @throws Error in words where that is nothing, or every key and `confirm` does not say so
 */
export function scopeIn(argument: unknown, picture: Picture): Meant {
  const [ns, pattern, confirm] = ['ns', 'pattern', 'confirm'].map((name) => textOf(argument, name));
  // Without its colon it would also be what others begin with.
  if (ns !== undefined && ns !== '') return ofNamespace(ns.replace(/:?$/, ':'), picture, confirm === ns);
  if (pattern === undefined || (isTooMuch(pattern) && !(pattern !== '' && confirm === everyKey)))
    throw new Error(tooMuch());
  return ofPattern(pattern);
}

/** Asks for a fleet or a pattern. */
export async function askScope(picture: Picture, title: string): Promise<Meant | undefined> {
  const { l10n } = vscode;
  const fleets = picture.connection.namespaces.filter((ns) => ns !== '');
  const byPattern = { label: l10n.t('By pattern…'), ns: '' };
  const items = [...fleets.map((ns) => ({ label: displayText(ns, 80), ns })), byPattern];
  const chosen =
    fleets.length === 0
      ? byPattern
      : await vscode.window.showQuickPick(items, { title, placeHolder: l10n.t('Which keys?') });
  if (chosen === undefined) return undefined;
  if (chosen.ns !== '') return ofNamespace(chosen.ns, picture, false);
  const pattern = await vscode.window.showInputBox({
    title,
    prompt: l10n.t('Pattern, as of redis-cli --scan'),
    value: 'agent:temp:*',
    valueSelection: [0, 10],
    validateInput: warningOf,
  });
  if (pattern === undefined || pattern === '') return undefined;
  return !isTooMuch(pattern) || (await askAll(everyKey)) ? ofPattern(pattern) : undefined;
}

/** Whether a person types this, as is asked of one who wants all of something. */
export async function askAll(word: string): Promise<boolean> {
  const prompt = vscode.l10n.t('Agents lose what they hold and know. To remove all of it, type {0}', word);
  const validateInput = (text: string): string | undefined =>
    text === '' || text === word ? undefined : vscode.l10n.t('This is not {0}.', word);
  return (await vscode.window.showInputBox({ prompt, validateInput })) === word;
}

/** Whether a pattern is without any letter, as one that only asks for a colon. */
const isTooMuch = (pattern: string): boolean => pattern.replace(/\[(?:\\.|[^\]])*\]?|[*?:]/gs, '') === '';

const tooMuch = (): string =>
  vscode.l10n.t('This would be every key of the database. Name a namespace, or a pattern with a beginning.');

/** Nothing is to be typed on for nothing, while every key may be meant. */
function warningOf(pattern: string): vscode.InputBoxValidationMessage | undefined {
  const { Error: error, Warning: warning } = vscode.InputBoxValidationSeverity;
  return isTooMuch(pattern) ? { message: tooMuch(), severity: pattern === '' ? error : warning } : undefined;
}
