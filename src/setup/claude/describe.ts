import path from 'node:path';
import { displayText } from '../../protocol/displayText.ts';
import { parseObject } from '../../protocol/json.ts';
import type { Reason, Translator } from '../../protocol/reasons.ts';
import { compareVersions } from '../../redis/library/load.ts';
import { redactUrl } from '../../redis/redact.ts';
import { serverTrouble } from '../serverTrouble.ts';
import { connectionsFile } from '../connections.ts';
import { guardedText } from '../sessions/guarded.ts';
import { eventNames, hookCommand, permission } from './entries.ts';
import type { FileChange } from './fileChanges.ts';
import type { SetUpPlan, SetUpResult } from './setUp.ts';

const shown = (text: string): string => displayText(text, 400);

/** What set-up is going to write, and where: a paragraph for each kind of thing. Never a password. */
export function planText(plan: SetUpPlan, l10n: Translator): string[] {
  return [
    namespaceText(plan, l10n),
    connectionText(plan, l10n),
    programsText(plan, l10n),
    ...filesText(plan, l10n),
    ...permissionText(plan, l10n),
  ];
}

function namespaceText({ namespace, isNew, wish }: SetUpPlan, l10n: Translator): string {
  const file = shown(path.join(wish.repository.gitFolder, 'config'));
  return isNew
    ? l10n.t('The namespace {0} is recorded as signalbox.namespace in {1}.', shown(namespace), file)
    : l10n.t('The namespace {0} is recorded already.', shown(namespace));
}

function connectionText({ entry, isEntryNew, wish }: SetUpPlan, l10n: Translator): string {
  const where = shown(redactUrl(entry.url));
  const user = shown(entry.username);
  const file = shown(connectionsFile(wish.source.home));
  if (!isEntryNew) return l10n.t('The connection to {0} is in {1} already.', where, file);
  if (entry.password === '') {
    return user === ''
      ? l10n.t('The connection to {0}, without a password, is written for this namespace into {1}.', where, file)
      : l10n.t(
          'The connection to {0} as {1}, without a password, is written for this namespace into {2}.',
          where,
          user,
          file,
        );
  }
  return user === ''
    ? l10n.t(
        'The connection to {0} with its password is written for this namespace into {1}, which only you may read.',
        where,
        file,
      )
    : l10n.t(
        'The connection to {0} as {1} with the password is written for this namespace into {2}, which only you may read.',
        where,
        user,
        file,
      );
}

function programsText({ programs }: SetUpPlan, l10n: Translator): string {
  const { folder, files, version, installed } = programs;
  const names = [...files, path.join('bin', 'signalbox'), 'hook.conf'].join(', ');
  if (installed !== null && compareVersions(installed, version) >= 0) {
    return l10n.t('The programs in {0} have version {1} already.', shown(folder), installed);
  }
  return installed === null
    ? l10n.t('The programs of version {0} are put into {1}: {2}.', version, shown(folder), names)
    : l10n.t(
        'The programs of version {0} take the place of version {3} in {1}: {2}.',
        version,
        shown(folder),
        names,
        installed,
      );
}

function filesText({ files }: SetUpPlan, l10n: Translator): string[] {
  const lines = files.flatMap((change) => [fileText(change, l10n), ...unreadText(change, l10n)]);
  if (files.every(({ before, after }) => before === after)) return lines;
  const what = l10n.t(
    'The hook for each of {0} is this command: {1}',
    eventNames.join(', '),
    hookCommand(process.platform),
  );
  return [...lines, what];
}

function fileText({ file, before, after }: FileChange, l10n: Translator): string {
  if (before === after) return l10n.t('{0} has the hook already.', shown(file));
  return before === null
    ? l10n.t('{0} is made, with the hook for each event.', shown(file))
    : l10n.t('{0} gets the hook for each event; all else stays as it is.', shown(file));
}

/** Comments are kept, but Claude Code takes nothing from a file that has some. */
function unreadText({ file, after }: FileChange, l10n: Translator): string[] {
  if (after === null || parseObject(after.replace(/^\uFEFF/, ''), Infinity).ok) return [];
  return [
    l10n.t(
      'But Claude Code reads nothing of {0}, which is not plain JSON: take comments and commas too many out of it, or nothing is guarded.',
      shown(file),
    ),
  ];
}

function permissionText({ wish, files }: SetUpPlan, l10n: Translator): string[] {
  return wish.permission && files.some(({ before, after }) => before !== after)
    ? [l10n.t('The permission {0}, so that an agent may wait for a file without asking you.', permission)]
    : [];
}

/** What came of it. The last line says which sessions are guarded. */
export function resultText({ changed, programs, library, reason, sessions }: SetUpResult, l10n: Translator): string[] {
  const files = changed.map((file) => l10n.t('Wrote {0}.', shown(file)));
  return [
    ...(files.length > 0 ? files : [l10n.t('The settings files had the hook already.')]),
    ...(programs.changed ? [l10n.t('Installed the programs of version {0}.', programs.version)] : []),
    ...(library === null ? [] : [l10n.t('The function library on the server has version {0}.', library.version)]),
    ...(reason === null
      ? []
      : [l10n.t('The server was not prepared: {0} Until then agents edit unguarded.', troubleText(reason, l10n))]),
    guardedText(sessions, l10n),
  ];
}

function troubleText(reason: Reason, l10n: Translator): string {
  const { text, mend } = serverTrouble(reason, l10n);
  return mend === null ? text : `${text} ${mend}`;
}

/** What is taken out of which file. */
export const takeOutText = (changes: readonly FileChange[], l10n: Translator): string[] =>
  changes.map(({ file, after }) =>
    after === null
      ? l10n.t('{0} is removed, as set-up made it.', shown(file))
      : l10n.t('{0} loses the entries of set-up; all else stays as it is.', shown(file)),
  );

/** What stays when the entries have gone. */
export const leftText = (home: string | undefined, programFolder: string, l10n: Translator): string =>
  l10n.t(
    'What stays: the namespace in git config, {0}, and the programs in {1}.',
    shown(connectionsFile(home)),
    shown(programFolder),
  );
