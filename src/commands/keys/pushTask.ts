import * as vscode from 'vscode';
import { displayText } from '../../protocol/displayText.ts';
import { exceedsBytes } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import type { QueueKind } from '../../protocol/status.ts';
import { pushTask as push } from '../../redis/keys/pushTask.ts';
import { done, type Acting } from '../acting/acting.ts';
import { field, isAsked, textOf } from '../arguments.ts';
import { onQueue, whichQueue } from './whichQueue.ts';

/** What a job of BullMQ is called where nobody says it. */
const usualJob = 'task';

/** Puts a task into the queue of a row or of `{queue, ns?, task?, job?}`; `task` is a text or a JSON value, `job` is for BullMQ. */
export async function pushTask(acting: Acting, argument?: unknown): Promise<{ waiting: number } | undefined> {
  const title = vscode.l10n.t('Push Task');
  const queue = await whichQueue(acting, title, argument);
  if (queue === undefined) return undefined;
  const kind = queue.known?.kind ?? 'list';
  const given = field(argument, 'task');
  const job = await jobName(kind, title, argument);
  const text = given === undefined ? job && (await askTask(kind, title)) : textIn(given);
  if (text === undefined || job === undefined) return undefined;
  const problem = problemOf(text);
  if (problem !== undefined) throw new Error(problem);
  const waiting = await onQueue(acting, queue, (client, at) => push(client, at, { text, job }));
  done(vscode.l10n.t('Pushed to {0}', displayText(queue.name, 60)));
  return { waiting };
}

/** Other values than texts are JSON. */
const textIn = (task: unknown): string => (typeof task === 'string' ? task : JSON.stringify(task));

function jobName(kind: QueueKind, title: string, argument: unknown): string | undefined | Thenable<string | undefined> {
  if (kind !== 'bullmq' || isAsked(argument)) return textOf(argument, 'job') ?? usualJob;
  return vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The name of the job'),
    value: usualJob,
    ignoreFocusOut: true,
  });
}

function askTask(kind: QueueKind, title: string): Thenable<string | undefined> {
  const prompts: Record<QueueKind, string> = {
    list: vscode.l10n.t('The task, as a worker is to pop it'),
    stream: vscode.l10n.t('The fields as a JSON object, or a text for the field "task"'),
    bullmq: vscode.l10n.t('The data of the job, as JSON or as a text'),
  };
  return vscode.window.showInputBox({ title, prompt: prompts[kind], ignoreFocusOut: true, validateInput: problemOf });
}

function problemOf(text: string): string | undefined {
  if (text.trim() === '') return vscode.l10n.t('A task needs a text.');
  if (!exceedsBytes(text, limits.payload)) return undefined;
  return vscode.l10n.t('A task is at most {0} KiB long.', limits.payload / 1024);
}
