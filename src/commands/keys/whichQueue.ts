import * as vscode from 'vscode';
import type { Picture, Queue } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { globEscape } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import { isRefusal, queueAt, type QueueKey, type Refusal } from '../../redis/keys/queueAt.ts';
import type { Acting } from '../acting/acting.ts';
import { textOf } from '../arguments.ts';

/** A queue by its name behind the namespace, whether or not it is known. */
export interface QueueMeant {
  readonly ns: string;
  readonly name: string;
  readonly known: Queue | undefined;
}

/** The queue of a row or of `{queue, ns?}`, else what the person chooses; undefined where they leave. @throws Error in words */
export async function whichQueue(
  acting: Acting,
  title: string,
  argument: unknown,
  among: (queue: Queue) => boolean = () => true,
): Promise<QueueMeant | undefined> {
  acting.demandConnection();
  const { picture } = acting;
  if (typeof argument === 'string') {
    const known = queueOfRow(argument, picture);
    if (known === undefined) throw new Error(vscode.l10n.t('What this row showed is gone.'));
    return { ns: known.ns, name: known.name, known };
  }
  const name = textOf(argument, 'queue');
  if (name !== undefined) {
    const ns = acting.namespaceIn(argument);
    const known = picture.queues.find((each) => each.name === name && (ns === undefined || each.ns === ns));
    return { ns: ns ?? known?.ns ?? picture.connection.namespaces[0] ?? '', name, known };
  }
  const queues = picture.queues.filter(among);
  if (queues.length === 0) throw new Error(vscode.l10n.t('There is no queue of which this can be asked now.'));
  const items = queues.map((known) => ({
    label: displayText(known.name, 100).replaceAll('$(', '$ ('),
    description: [vscode.l10n.t('{0} waiting', known.waiting), displayText(known.ns, 40)].filter(Boolean).join(' · '),
    meant: { ns: known.ns, name: known.name, known },
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Which queue?') }))?.meant;
}

/** Also of a row below the queue's own. */
function queueOfRow(row: string, picture: Picture): Queue | undefined {
  let id: unknown = row;
  try {
    if (row.startsWith('[')) [id] = JSON.parse(row) as unknown[];
  } catch {
    // A caller may pass anything.
  }
  return typeof id === 'string' && id.startsWith('queue:') ? picture.queue(id.slice('queue:'.length)) : undefined;
}

/**
 * Does something with a queue.
 * @throws Error in words: it is none, or cannot be used so; there is no connection; the server refuses
 */
export async function onQueue<T extends number | object>(
  acting: Acting,
  { ns, name }: QueueMeant,
  act: (client: Redis, queue: QueueKey) => Promise<T | Refusal>,
): Promise<T> {
  const done = await acting.link.act(
    ns,
    'keyDeeds',
    async (client) => {
      const queue = await queueAt(client, ns + name);
      return isRefusal(queue) ? queue : act(client, queue);
    },
    [`~${globEscape(ns + name)}*`],
  );
  if (typeof done === 'object' && isRefusal(done)) throw new Error(refusalText(done, displayText(name, 80)));
  return done;
}

function refusalText(refusal: Refusal, name: string): string {
  const { l10n } = vscode;
  switch (refusal.refused) {
    case 'name':
      return l10n.t('{0} is the name of several queues that are no text.', name);
    case 'type':
      return l10n.t('{0} is no queue but a {1}.', name, displayText(refusal.type, 20));
    case 'version':
      return refusal.version === ''
        ? l10n.t('{0} does not say which BullMQ wrote it; it does once a program opens it as a Queue.', name)
        : l10n.t('{0} is written by {1}; this works with BullMQ 6 only.', name, displayText(refusal.version, 40));
    case 'groups':
      return l10n.t('{0} has {1} consumer groups: all of them would be given the tasks anew.', name, refusal.groups);
    case 'large':
      return l10n.t('A task of {0} is too large to be exported.', name);
  }
}
