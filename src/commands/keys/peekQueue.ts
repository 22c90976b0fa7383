import * as vscode from 'vscode';
import type { TextDocuments } from '../../host/textDocuments.ts';
import { displayText } from '../../protocol/displayText.ts';
import { peekQueue as peek, type Task } from '../../redis/keys/peekQueue.ts';
import type { Acting } from '../acting/acting.ts';
import { isAsked, numberOf } from '../arguments.ts';
import { inPassing } from '../say.ts';
import { tabTitle } from './keyDocument.ts';
import { onQueue, whichQueue } from './whichQueue.ts';

const [usual, most] = [20, 100];

/**
 * Shows what is next in the queue of a row, without taking it, in an editor. `{queue, ns?, count?}` opens nothing, and is answered
 * with the tasks as they stand there.
 */
export async function peekQueue(
  acting: Acting,
  documents: TextDocuments,
  argument?: unknown,
): Promise<{ tasks: Task[] } | undefined> {
  const queue = await whichQueue(acting, vscode.l10n.t('Peek'), argument);
  if (queue === undefined) return undefined;
  const count = Math.max(1, Math.min(Math.floor(numberOf(argument, 'count') ?? usual), most));
  const tasks = await onQueue(acting, queue, (client, at) => peek(client, at, count));
  if (isAsked(argument)) return { tasks };
  const name = displayText(queue.name, 60);
  if (tasks.length === 0) inPassing(vscode.l10n.t('Nothing waits in {0}', name));
  else {
    const text = `${JSON.stringify(tasks.map(readable), null, 2)}\n`;
    const title = tabTitle(vscode.l10n.t('{0}, next {1}', queue.name, tasks.length), { ending: 'json' });
    await documents.show({ id: JSON.stringify(['peek', queue.ns, queue.name]), title, text });
  }
  return { tasks };
}

/** Texts that are JSON are laid out. */
function readable(task: Task): unknown {
  if (typeof task === 'string') return parsed(task);
  if ('data' in task) return { ...task, data: parsed(task.data) };
  const fields = Object.entries(task.fields).map(([name, value]) => [name, parsed(value)] as const);
  return { id: task.id, fields: Object.fromEntries(fields) };
}

function parsed(text: string): unknown {
  try {
    // A number that is longer than a number can be would read otherwise.
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : text;
  } catch {
    return text;
  }
}
