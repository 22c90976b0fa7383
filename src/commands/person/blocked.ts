import * as vscode from 'vscode';
import type { Place } from '../../host/claimable.ts';
import { claimRowId } from '../../host/rowIds.ts';
import type { Picture } from '../../model/picture.ts';
import { keyOf } from '../../model/sorting.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { Denied } from '../../redis/library/calls.ts';
import { heldWords } from './words.ts';

/** What a person does about an agent that is in the way. */
export type Way = 'wait' | 'handOver' | 'break' | 'compare';

/** Asks what to do; null where nothing is to be done. Nobody has to answer: whoever goes on working has said no. */
export async function askWay({ ns, resource }: Place, denied: Denied, picture: Picture): Promise<Way | null> {
  const { l10n } = vscode;
  const holder = displayText(picture.nameOf(ns, denied.holder), 60);
  const items: (vscode.QuickPickItem & { way: Way })[] = [
    {
      way: 'wait',
      label: `$(watch) ${l10n.t('Wait in Line')}`,
      detail: l10n.t('It is yours when {0} is done', holder),
    },
  ];
  if (denied.reason !== 'queue') {
    items.push(
      {
        way: 'handOver',
        label: `$(arrow-swap) ${l10n.t('Take It Over')}`,
        detail: l10n.t('It is yours now; {0} is told to stop', holder),
      },
      {
        way: 'break',
        label: `$(unlock) ${l10n.t('End the Claim')}`,
        detail: l10n.t('{0} is told why; it is yours unless others wait for it', holder),
      },
      { way: 'compare', label: `$(diff) ${l10n.t('Compare')}`, detail: l10n.t('What has been changed in it so far') },
    );
  }
  const task = denied.task === '' ? '' : ` · ${displayText(denied.task, 60)}`;
  const blocking = denied.blocking === resource ? '' : `${displayText(denied.blocking, 80)} `;
  const chosen = await vscode.window.showQuickPick(items, {
    title: displayText(resource, 80),
    placeHolder: `${blocking}${heldWords(ns, denied, picture)}${task}`,
  });
  return chosen?.way ?? null;
}

/** Does it by the commands that anybody else would do it with. Answers whether it may be claimed again now. */
export async function goWay(
  way: Exclude<Way, 'wait'>,
  me: string,
  { ns, resource }: Place,
  { blocking }: Denied,
): Promise<boolean> {
  const run = (name: string, argument: unknown): Thenable<unknown> =>
    vscode.commands.executeCommand(`signalbox.${name}`, argument);
  const row = claimRowId(keyOf(ns, blocking));
  switch (way) {
    case 'handOver':
      await run('handOverClaim', { ns, resource: blocking, to: me });
      // What is in the way may be the folder around it, which the person then has.
      return blocking === resource;
    case 'break':
      return isDone(await run('breakClaim', row));
    case 'compare':
      await run('compare', row);
      return false;
  }
}

const isDone = (became: unknown): boolean =>
  typeof became === 'object' && became !== null && 'outcome' in became && became.outcome === 'done';
