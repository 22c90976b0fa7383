import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isObject, parseObject } from '../../protocol/json.ts';
import { replaceFile } from '../atomicFile.ts';
import { programFolder } from './programs.ts';
import type { Made } from './settingsText.ts';

/** What set-up remembers of a settings file that it wrote, to be able to undo it. */
export interface Note extends Made {
  /** Of the text as set-up left it. */
  sha256: string;
  /** The text without our entries, as it was before; null where there was no file. */
  before: string | null;
  /** The folder around it was not there. */
  madeFolder: boolean;
}

/** Settings files are small, and there are as many as working trees. */
const mostBytes = 16 * 1024 * 1024;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Notes by the path of the settings file, in a file of their own that only the user may read. */
export class Notes {
  readonly #file: string;
  readonly #notes: Map<string, Note>;

  /** Never throws: without notes entries are found by what they are. */
  constructor(home?: string) {
    this.#file = path.join(programFolder(home), 'setups.json');
    this.#notes = new Map(read(this.#file));
  }

  of(file: string): Note | null {
    return this.#notes.get(file) ?? null;
  }

  /** @throws the system's error where it cannot be written */
  set(file: string, note: Note | null): void {
    if (note === null) this.#notes.delete(file);
    else this.#notes.set(file, note);
    // What has gone with its working tree is of no use any more.
    for (const other of this.#notes.keys()) {
      if (other !== file && !existsSync(path.dirname(path.dirname(other)))) this.#notes.delete(other);
    }
    const text = JSON.stringify({ v: 1, files: Object.fromEntries(this.#notes) }, null, 2);
    replaceFile(this.#file, `${text}\n`, 0o600);
  }
}

function* read(file: string): Generator<[string, Note]> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found || found.size > mostBytes) return;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  const parsed = parseObject(text, mostBytes);
  if (!parsed.ok || parsed.value['v'] !== 1 || !isObject(parsed.value['files'])) return;
  for (const [name, value] of Object.entries(parsed.value['files'])) {
    const note = decode(value);
    if (note !== null) yield [name, note];
  }
}

function decode(value: unknown): Note | null {
  if (!isObject(value)) return null;
  const { sha256: digest, before, madeFolder, containers, permission } = value;
  if (typeof digest !== 'string' || !(before === null || typeof before === 'string')) return null;
  if (!Array.isArray(containers) || !containers.every((each) => typeof each === 'string')) return null;
  return {
    sha256: digest,
    before,
    madeFolder: madeFolder === true,
    containers,
    permission: permission === true,
  };
}
