import * as vscode from 'vscode';
import { declinedKey, type ContextKeySetter } from '../../host/contextKeys.ts';
import {
  notificationsLine,
  plannedNotifications,
  tellChanges,
  type Notifications,
} from '../../redis/keys/notifications.ts';
import { withNotifications } from '../../protocol/keyEvents.ts';
import type { Acting } from '../acting/acting.ts';
import { isAsked } from '../arguments.ts';
import { inPassing } from '../say.ts';

interface Offer {
  readonly memory: vscode.Memento;
  readonly keys: ContextKeySetter;
}

/**
 * Has the server tell of changes to keys, after saying what that means; with an argument object unasked. Answers what it told
 * before and what it tells now.
 * @throws Error in words, with the line for an administrator where this user may not
 */
export async function enableNotifications(
  acting: Acting,
  { memory, keys }: Offer,
  argument?: unknown,
): Promise<Notifications | undefined> {
  acting.demandConnection();
  const ns = acting.picture.connection.namespaces[0] ?? '';
  const set = (keep: boolean): Promise<Notifications | null> =>
    acting.link.act(ns, 'keyDeeds', (client) => tellChanges(client, keep));
  if (isAsked(argument)) return (await set(false)) ?? refuse();
  const planned = await acting.link.act(ns, 'keyDeeds', plannedNotifications);
  if (planned === null) return offerLine();
  if (planned.after === planned.before) {
    inPassing(vscode.l10n.t('The server tells of changes to keys.'));
    return planned;
  }
  const keep = await ask(planned);
  await memory.update(declinedKey, keep === undefined ? true : undefined);
  keys.set(declinedKey, keep === undefined);
  if (keep === undefined) return undefined;
  const became = (await set(keep)) ?? refuse();
  inPassing(vscode.l10n.t('The server tells of changes to keys.'), 'check');
  return became;
}

/** Whether it is to be kept for the server's next start; undefined for no. */
async function ask({ before, after }: Notifications): Promise<boolean | undefined> {
  const { l10n } = vscode;
  const [now, always] = [l10n.t('Turn On'), l10n.t('Turn On and Keep')];
  const message = l10n.t('Have Redis tell of changes to keys?');
  const detail = [
    l10n.t(
      'What agents write then shows at once, and keys are not scanned every few seconds. The server pays with a message for each change of a key: some percent of its time where much is written.',
    ),
    l10n.t(
      'It sets notify-keyspace-events from "{0}" to "{1}" (CONFIG SET), for all who use the server and until it is started anew. "{2}" also writes its configuration file (CONFIG REWRITE).',
      before,
      after,
      always,
    ),
  ].join('\n\n');
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, now, always);
  return chosen === undefined ? undefined : chosen === always;
}

function refuse(): never {
  throw new Error(`${forbidden()} ${line}`);
}

async function offerLine(): Promise<undefined> {
  const copy = vscode.l10n.t('Copy');
  const chosen = await vscode.window.showWarningMessage(forbidden(), { modal: true, detail: line }, copy);
  if (chosen !== copy) return;
  await vscode.env.clipboard.writeText(line);
  inPassing(vscode.l10n.t('Copied the line for the administrator of the server.'), 'check');
}

const line = notificationsLine(withNotifications(''));
const forbidden = (): string =>
  vscode.l10n.t('This user may not configure the server. Its administrator can, with redis-cli:');
