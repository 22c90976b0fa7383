import * as vscode from 'vscode';
import { inSteps } from '../../host/inSteps.ts';
import type { TextDocuments } from '../../host/textDocuments.ts';
import { displayText } from '../../protocol/displayText.ts';
import { globEscape } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import { keysLike } from '../../redis/keys/findKeys.ts';
import { inspect, inspectField, type Inspected } from '../../redis/keys/inspect.ts';
import { keyOfText, textOfKey } from '../../redis/keys/keyName.ts';
import type { Acting } from '../acting/acting.ts';
import { textOf } from '../arguments.ts';
import { keyContent, keyFacts, keyValue, plainContent, tabTitle, type KeyText } from './keyDocument.ts';
import { keysOfRow, type RowKey } from './keysOfRow.ts';
import { namespaceOf } from './namespaceOf.ts';
import { askKey, pickAmong } from './pickKey.ts';

/** What a program is told of a key. */
export interface KeyFacts {
  readonly key: string;
  readonly type: string;
  readonly ttlMs: number | null;
  readonly bytes: number | null;
  readonly size: number | null;
  readonly value: unknown;
}

/**
 * Shows a key in an editor: that of a row, or of choice. `{key}` opens nothing, and is answered with what there is to know; `{row,
 * show: 'value'}`, which a click says, opens only what stands in the key, or in its field.
 * @throws Error in words where there is no such key
 */
export async function inspectKey(
  acting: Acting,
  documents: TextDocuments,
  argument?: unknown,
): Promise<KeyFacts | undefined> {
  acting.demandConnection();
  const { l10n } = vscode;
  const title = l10n.t('Inspect Key');
  const typed = textOf(argument, 'key');
  const isValue = textOf(argument, 'show') === 'value';
  const row = typeof argument === 'string' ? argument : textOf(argument, 'row');
  const meant = typed === undefined && row !== undefined ? await ofRow(acting, row, title, isValue) : undefined;
  const name = typed ?? meant?.name ?? (row === undefined ? await askKey(acting.picture, title) : undefined);
  if (name === undefined) return undefined;
  const ns = meant?.ns ?? namespaceOf(acting, name);
  const read = <T>(work: (client: Redis) => Promise<T>): Promise<T> =>
    acting.link.act(ns, 'keyDeeds', work, [`%R~${globEscape(name)}`]);
  const key = meant === undefined ? keyOfText(name) : await bytesOf(read, name, title);
  if (key === undefined) return undefined;
  const shown = textOfKey(key);
  if (isValue && meant?.field !== undefined) {
    const { field } = meant;
    const bytes = await read((client) => inspectField(client, key, field));
    const text = bytes === null ? null : await inSteps(plainContent(bytes));
    if (text !== null) {
      await open(documents, JSON.stringify([shown, field]), field, text);
      return undefined;
    }
  }
  const found = await read((client) => inspect(client, key));
  if (found === null) throw noKey(shown);
  if (typed !== undefined) return factsOf(shown, found);
  const content = isValue ? await inSteps(keyContent(found, l10n)) : null;
  const id = JSON.stringify(content === null ? [shown] : [shown, 'value']);
  await open(documents, id, shown, content ?? (await inSteps(keyFacts(shown, found, l10n))));
  return undefined;
}

const noKey = (name: string): Error =>
  new Error(vscode.l10n.t('There is no key {0} (any more).', displayText(name, 120)));

async function ofRow(acting: Acting, row: string, title: string, isValue: boolean): Promise<RowKey | undefined> {
  const keys = keysOfRow(row, acting.picture);
  if (keys.length === 0) throw noKey('…');
  // A click is to show what stands there, which the first says most of.
  if (isValue) return keys[0];
  const name = await pickAmong(
    keys.map((each) => each.name),
    title,
  );
  return keys.find((each) => each.name === name);
}

async function bytesOf(
  read: <T>(work: (client: Redis) => Promise<T>) => Promise<T>,
  name: string,
  title: string,
): Promise<Buffer | undefined> {
  const keys = await read((client) => keysLike(client, name));
  // With none it is as good as any: it will be said that it is not there.
  if (keys.length === 0) return Buffer.from(name);
  const chosen = await pickAmong(keys.map(textOfKey), title);
  return chosen === undefined ? undefined : keyOfText(chosen);
}

async function open(documents: TextDocuments, id: string, name: string, text: KeyText): Promise<void> {
  await documents.show({ id, title: tabTitle(name, text), text: text.text });
}

async function factsOf(key: string, found: Inspected): Promise<KeyFacts> {
  const { type, ttlMs, bytes, size } = found;
  const value: unknown = JSON.parse(await inSteps(keyValue(found, 0)));
  return { key, type, ttlMs, bytes, size, value };
}
