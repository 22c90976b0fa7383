import { existsSync, lstatSync, mkdirSync, opendirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Input } from './input.ts';

/** Entries that are looked at in folders, and paths that are told, at most. */
const mostEntries = 20_000;
const mostTold = 200;
/** From so many on those of sessions that were killed are cleaned away, and after so long, in ms. */
const many = 100;
const old = 24 * 60 * 60 * 1_000;

/** When an agent's shell command began: the time of an empty file, so that files can be held against it. */
export class CommandTime {
  readonly #folder: string;
  readonly #name: string;

  constructor({ session, child }: Input, home: string = homedir()) {
    this.#folder = path.join(home, '.config', 'signalbox', 'began');
    const name = `${session}~${child.slice(1)}`;
    this.#name = /^[A-Za-z0-9_-]+~[A-Za-z0-9_-]*$/.test(name) ? name : '';
  }

  get isKnown(): boolean {
    return this.#name !== '' && existsSync(this.#file);
  }

  get #file(): string {
    return path.join(this.#folder, this.#name);
  }

  /** What an event does to it. Never throws: where it cannot be written nothing is compared. */
  follow({ event, tool }: Input, isDenied: boolean): void {
    if (this.#name === '') return;
    try {
      if (event === 'PreToolUse' && tool === 'Bash' && !isDenied) {
        mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
        writeFileSync(this.#file, '', { mode: 0o600 });
      } else if (event === 'SubagentStop' || event === 'SessionEnd')
        this.#remove((name) => name.startsWith(this.#name));
      else if (event === 'SessionStart') {
        if (readdirSync(this.#folder).length >= many) this.#remove((_, at) => at < Date.now() - old);
      }
    } catch {
      // There is no such folder yet, or another has done so.
    }
  }

  #remove(isMeant: (name: string, at: number) => boolean): void {
    for (const name of readdirSync(this.#folder)) {
      const file = path.join(this.#folder, name);
      if (isMeant(name, statSync(file).mtimeMs)) rmSync(file, { force: true });
    }
  }

  /**
   * Which files in a working tree have changed since then, of those that lines of what others hold name: 1 or 0 for whether it has to be
   * there, a tab, and a path from the root. Of a folder the files in it, as far as there are not too many; one that has gone from there is not seen.
   */
  changedOf(held: string, root: string): string[] {
    const found: string[] = [];
    let looked = 0;
    const began = lstatSync(this.#file, { bigint: true }).mtimeNs;
    const isNewer = (file: string): boolean =>
      (statSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n) > began;
    const lookInto = (folder: string): void => {
      for (const entry of entriesOf(path.join(root, folder))) {
        if (++looked > mostEntries || found.length >= mostTold) return;
        const rel = folder === './' ? entry.name : folder + entry.name;
        if (entry.isDirectory) {
          if (entry.name !== '.git') lookInto(`${rel}/`);
        } else if (isNewer(path.join(root, rel))) found.push(rel);
      }
    };
    for (const line of held.split('\n')) {
      const [, mustBe, rel = ''] = /^([01])\t(.+)$/.exec(line) ?? [];
      const file = path.join(root, rel);
      if (rel === '' || found.length >= mostTold) continue;
      if (rel.endsWith('/')) lookInto(rel);
      else if (isNewer(file) || (mustBe === '1' && !lstatSync(file, { throwIfNoEntry: false }))) found.push(rel);
    }
    return [...new Set(found)];
  }
}

function entriesOf(folder: string): { name: string; isDirectory: boolean }[] {
  const found: { name: string; isDirectory: boolean }[] = [];
  try {
    const all = opendirSync(folder);
    try {
      for (let entry = all.readSync(); entry && found.length < mostEntries; entry = all.readSync()) {
        found.push({ name: entry.name, isDirectory: entry.isDirectory() });
      }
    } finally {
      all.closeSync();
    }
  } catch {
    // It is no folder, or nobody may look.
  }
  return found;
}
