import * as vscode from 'vscode';
import { hasToRequeue } from '../../model/queueFigures.ts';
import { displayText } from '../../protocol/displayText.ts';
import { requeueFailed as requeue } from '../../redis/keys/requeueFailed.ts';
import { done, type Acting } from '../acting/acting.ts';
import { isAsked, numberOf } from '../arguments.ts';
import { confirm } from '../confirm.ts';
import { onQueue, whichQueue } from './whichQueue.ts';

/** Who has not acknowledged an entry of a stream for so long, in ms, is taken to have failed. */
const usualIdle = 60_000;

/** Gives what failed in the queue of a row or of `{queue, ns?, idleMs?}` to the workers again; `idleMs` is for a stream. */
export async function requeueFailed(acting: Acting, argument?: unknown): Promise<{ requeued: number } | undefined> {
  const title = vscode.l10n.t('Requeue Failed');
  const queue = await whichQueue(acting, title, argument, hasToRequeue);
  if (queue === undefined) return undefined;
  const name = displayText(queue.name, 60);
  const idleMs = Math.max(0, numberOf(argument, 'idleMs') ?? usualIdle);
  if (queue.known?.kind === 'stream' && !isAsked(argument)) {
    const isSure = await confirm({
      message: vscode.l10n.t('Give what was not acknowledged in {0} to the workers again?', name),
      detail: vscode.l10n.t(
        'What a consumer was given over {0} s ago and has not acknowledged is added to the stream anew. Who still works on it does it twice.',
        usualIdle / 1000,
      ),
      action: title,
    });
    if (!isSure) return undefined;
  }
  const requeued = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, (progress) =>
    onQueue(acting, queue, (client, at) =>
      requeue(client, at, idleMs, (count) => {
        progress.report({ message: String(count) });
        return true;
      }),
    ),
  );
  done(
    requeued === 1
      ? vscode.l10n.t('1 task waits again in {0}', name)
      : vscode.l10n.t('{0} tasks wait again in {1}', requeued, name),
  );
  return { requeued };
}
