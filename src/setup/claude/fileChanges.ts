import { lstatSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { displayText } from '../../protocol/displayText.ts';
import { replaceFile, targetOf } from '../atomicFile.ts';
import { setUpProblem } from '../problem.ts';
import { sha256, type Note, type Notes } from './notes.ts';
import { hasEntries, withEntries, withoutEntries, type Made, type Wanted } from './settingsText.ts';

/** What is to become of a settings file. */
export interface FileChange {
  /** Where it is, links resolved. */
  file: string;
  /** The text now and then; null for no file. They are the same where nothing is to be done. */
  before: string | null;
  after: string | null;
  /** What will be remembered of it; null for nothing. */
  note: Note | null;
}

const nothingMade: Made = { containers: [], permission: false };

/** @throws UserError `set-up` where the file cannot be understood */
export function planEntries(place: string, wanted: Wanted, notes: Notes): FileChange {
  const file = targetOf(place);
  const before = textOf(file);
  const name = displayText(file, 300);
  const known = notes.of(file);
  const { text: after, made } = withEntries(before ?? '', wanted, name);
  const containers = [...new Set([...(known?.containers ?? []), ...made.containers])];
  const all = { containers, permission: made.permission || known?.permission === true };
  const isSame = known !== null && before !== null && sha256(before) === known.sha256;
  const former = isSame
    ? known
    : {
        // Entries that nobody noted are ours all the same.
        before:
          before !== null && hasEntries(before, name) ? withoutEntries(before, known ?? nothingMade, name) : before,
        madeFolder: known?.madeFolder === true || !isFolder(path.dirname(file)),
      };
  const note = { ...all, before: former.before, madeFolder: former.madeFolder, sha256: sha256(after) };
  return { file, before, after, note };
}

/** @throws UserError `set-up` where the file cannot be understood */
export function planRemoval(place: string, notes: Notes): FileChange {
  const file = targetOf(place);
  const before = textOf(file);
  const note = notes.of(file);
  // What has nothing of ours need not even be JSON.
  if (before === null || (note === null && !before.includes('signalbox'))) {
    return { file, before, after: before, note: null };
  }
  const after =
    note !== null && sha256(before) === note.sha256
      ? note.before
      : withoutEntries(before, note ?? nothingMade, displayText(file, 300));
  return { file, before, after, note: null };
}

/** Does what was planned. Answers whether the file changed. @throws UserError where it changed since then or cannot be written */
export function carryOut(change: FileChange, notes: Notes): boolean {
  const { file, before, after, note } = change;
  const former = notes.of(file);
  if (before === after) {
    if (JSON.stringify(former) !== JSON.stringify(note)) notes.set(file, note);
    return false;
  }
  if (textOf(file) !== before) {
    throw setUpProblem('{0} was changed by somebody else meanwhile. Run it again.', displayText(file, 300));
  }
  try {
    // Should we be stopped in between, this says more than is true; the other way round it would be less.
    if (note !== null) notes.set(file, note);
    if (after === null) {
      rmSync(file, { force: true });
      if (former?.madeFolder === true) removeEmpty(path.dirname(file));
    } else {
      const mode = statSync(file, { throwIfNoEntry: false })?.mode;
      mkdirSync(path.dirname(file), { recursive: true });
      replaceFile(file, after, mode === undefined ? 0o644 : mode & 0o777);
    }
    if (note === null) notes.set(file, null);
  } catch (error) {
    throw setUpProblem('{0} could not be written: {1}', displayText(file, 300), (error as Error).message);
  }
  return true;
}

function textOf(file: string): string | null {
  const name = displayText(file, 300);
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return null;
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw setUpProblem('{0} cannot be read: {1}', name, (error as Error).message);
  }
  const text = bytes.toString('utf8');
  // What is not UTF-8 would not come out as it went in.
  if (!Buffer.from(text).equals(bytes)) {
    throw setUpProblem('{0} is no JSON object, so nothing was changed. Mend it, then set up again.', name);
  }
  return text;
}

const isFolder = (folder: string): boolean => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else put something there.
  }
}
