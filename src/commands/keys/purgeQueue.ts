import * as vscode from 'vscode';
import { displayText } from '../../protocol/displayText.ts';
import { purgeQueue as purge, type Purged } from '../../redis/keys/purgeQueue.ts';
import type { Acting } from '../acting/acting.ts';
import { isAsked, textOf } from '../arguments.ts';
import { confirm } from '../confirm.ts';
import { failureText, forMessage } from '../say.ts';
import { askPlace, fileName, placeIn, tellExported } from './exportPlace.ts';
import { TaskFile } from './taskFile.ts';
import { onQueue, whichQueue, type QueueMeant } from './whichQueue.ts';

/** What became of a queue; no file where nothing waited in it. `exported` are more than `removed` where workers took some meanwhile. */
export interface QueuePurged extends Purged {
  readonly file: string | null;
}

/**
 * Takes away all that waits in the queue of a row or of `{queue, ns?, file?, confirm}`, once it stands in a file; `confirm` is the
 * queue's name, which a person types.
 */
export async function purgeQueue(acting: Acting, argument?: unknown): Promise<QueuePurged | undefined> {
  const { l10n } = vscode;
  const title = l10n.t('Purge Queue');
  const queue = await whichQueue(acting, title, argument);
  if (queue === undefined) return undefined;
  const isProgram = isAsked(argument);
  if (isProgram && textOf(argument, 'confirm') !== queue.name) {
    throw new Error(l10n.t('To purge a queue, say its name as "confirm".'));
  }
  if (!isProgram && !(await isMeant(queue, title))) return undefined;
  const now = acting.clock.now();
  const place = isProgram ? placeIn(argument, now, queue.name) : await askPlace(title, now, queue.name);
  if (place === undefined) return undefined;
  const file = new TaskFile(place);
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  const done = await vscode.window.withProgress(options, (progress, token) =>
    run(acting, queue, file, (count) => {
      progress.report({ message: l10n.t('{0} exported', count) });
      return !token.isCancellationRequested;
    }),
  );
  if (!isProgram) tell(done, displayText(queue.name, 60));
  return done;
}

async function isMeant({ name, known }: QueueMeant, title: string): Promise<boolean> {
  const { l10n } = vscode;
  const shown = displayText(name, 80);
  const rules = {
    list: l10n.t('All tasks that wait are exported to a file, then removed.'),
    stream: l10n.t('All entries are exported to a file, then removed, also those that consumers work on.'),
    bullmq: l10n.t(
      'All jobs that wait, also delayed ones, are exported to a file, then removed. What is active, failed or completed stays.',
    ),
  };
  const message = l10n.t('Purge {0}?', shown);
  if (!(await confirm({ message, detail: rules[known?.kind ?? 'list'], action: `${title}…` }))) return false;
  const prompt = l10n.t('Type {0} to purge it', shown);
  const validateInput = (text: string): string | undefined =>
    text === '' || text === shown ? undefined : l10n.t('This is not {0}.', shown);
  return (await vscode.window.showInputBox({ title, prompt, validateInput, ignoreFocusOut: true })) === shown;
}

async function run(
  acting: Acting,
  queue: QueueMeant,
  file: TaskFile,
  goOn: (count: number) => boolean,
): Promise<QueuePurged> {
  try {
    const done = await onQueue(acting, queue, (client, at) => purge(client, at, (lines) => file.keep(lines), goOn));
    const { exported, removed } = done;
    return { exported, removed, file: file.path };
  } catch (error) {
    if (file.path === null) throw error;
    const kept = vscode.l10n.t('What was exported until then is in {0}.', file.path);
    throw new Error(`${failureText(error)} ${kept}`, { cause: error });
  } finally {
    await file.close();
  }
}

function tell({ exported, removed, file }: QueuePurged, name: string): void {
  const { l10n } = vscode;
  if (file === null) {
    void vscode.window.showInformationMessage(l10n.t('Nothing waits in {0}', forMessage(name)));
    return;
  }
  const parts = [
    removed === 1
      ? l10n.t('Removed 1 task of {0}, exported to {1}.', name, fileName(file))
      : l10n.t('Removed {0} tasks of {1}, exported to {2}.', removed, name, fileName(file)),
  ];
  if (exported > removed) parts.push(l10n.t('{0} more stand there, which workers took meanwhile.', exported - removed));
  tellExported(parts.join(' '), file);
}
