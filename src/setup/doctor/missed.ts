import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Translator } from '../../protocol/reasons.ts';
import type { Places } from '../places.ts';
import { warning, type Finding } from './finding.ts';
import { readSmall } from './smallFile.ts';

/** Edits of a namespace that nobody was asked about, and of which nobody has been told yet. */
export function missedFindings(ns: string, { missed }: Places, l10n: Translator): Finding[] {
  const count = missedCount(ns, missed);
  if (count === 0) return [];
  const text =
    count === 1
      ? l10n.t('One edit was made while Redis was away, and waits to be told.')
      : l10n.t('{0} edits were made while Redis was away, and wait to be told.', count);
  return [warning('missed', text, l10n.t('The next call that succeeds tells them.'))];
}

/** A call that is under way, or was ended in the middle of it, has its lines in a file beside, with a number behind the name. */
export function missedCount(ns: string, folder: string): number {
  const name = ns.replace(/:$/, '') || '_';
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return 0;
  }
  const own = names.filter(
    (each) => each === name || (each.startsWith(`${name}.`) && /^\d+$/.test(each.slice(name.length + 1))),
  );
  return own.slice(0, 100).reduce((sum, each) => sum + linesIn(path.join(folder, each)), 0);
}

function linesIn(file: string): number {
  const read = readSmall(file);
  return read.kind === 'text' ? read.text.split('\n').filter((line) => line !== '').length : 0;
}
