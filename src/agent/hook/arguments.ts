import { lstatSync, type Stats } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../resourceName.ts';
import type { Globs } from './globbed.ts';
import type { SimpleCommand, Word } from './simpleCommands.ts';

/** What a command writes: a file, or whatever is in a folder. */
export interface Written {
  file: string;
  isFolder: boolean;
}

/** The paths that a word may stand for. */
export function filesOf({ texts, isGlob }: Word, cwd: string, globs: Globs): string[] {
  return texts
    .filter((text) => text !== '')
    .flatMap((text) => globs.within(isGlob ? globs.paths(text, cwd) : [path.resolve(cwd, text)]));
}

/** What is there by that name; undefined also where nothing can be. */
function entryAt(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

export const isFolder = (file: string): boolean => entryAt(file)?.isDirectory() ?? false;

/** A program's arguments, told into options and the rest. */
export class Arguments {
  readonly command: SimpleCommand;
  readonly globs: Globs;

  constructor(command: SimpleCommand, globs: Globs) {
    this.command = command;
    this.globs = globs;
  }

  /** Whether one of the short options, in a bundle or alone, or a long one is there. */
  has(short: string, ...long: string[]): boolean {
    return this.#options().some(
      (option) =>
        long.some((each) => option === each || option.startsWith(`${each}=`)) ||
        (short !== '' && new RegExp(`^-\\w*[${short}]`).test(option)),
    );
  }

  /** The value of an option, which stands behind it, or in it. */
  value(pattern: RegExp): Word | undefined {
    const { words } = this.command;
    for (const [i, word] of words.entries()) {
      const text = word.texts[0] ?? '';
      if (!pattern.test(text)) continue;
      const own = text.replace(/^--[\w-]+=?|^-\w/, '');
      return own === '' ? words[i + 1] : { texts: [own], isGlob: word.isGlob };
    }
    return undefined;
  }

  #options(): string[] {
    const texts = this.command.words.map(({ texts: [text = ''] }) => text);
    const end = texts.indexOf('--');
    return (end < 0 ? texts : texts.slice(0, end)).filter((text) => text.startsWith('-'));
  }

  /** What is no option; options that match `valued` take the word behind them along. */
  operands(valued?: RegExp): Word[] {
    const found: Word[] = [];
    let isOver = false;
    for (let i = 0; i < this.command.words.length; i++) {
      const word = this.command.words[i]!;
      const text = word.texts[0] ?? '';
      if (isOver || !/^-./.test(text)) found.push(word);
      else if (text === '--') isOver = true;
      else if (valued?.test(text)) i++;
    }
    return found;
  }

  /** What is written where these words name files. */
  files(words: readonly Word[]): Written[] {
    return words
      .flatMap((word) => filesOf(word, this.command.cwd, this.globs))
      .map((file) => ({ file, isFolder: false }));
  }

  /** The same of files and folders that are there; all else is no path, or nothing happens to it. */
  existing(words: readonly Word[]): Written[] {
    return this.files(words)
      .filter(({ file }) => entryAt(file) !== undefined)
      .map(({ file }) => ({ file, isFolder: isFolder(file) }));
  }

  /** The same of what is a path, whether it is there or not. */
  paths(words: readonly Word[]): Written[] {
    return this.files(words).map(({ file }) => ({ file, isFolder: isFolder(file) }));
  }

  behindDashes(): Word[] {
    const at = this.command.words.findIndex(({ texts: [text = ''] }) => text === '--');
    return at < 0 ? [] : this.command.words.slice(at + 1);
  }

  /** All of the repository. */
  whole(): Written[] {
    const root = repositoryRoot(this.command.cwd);
    return root === null ? [] : [{ file: root, isFolder: true }];
  }

  /** What is taken from one place to another. */
  moved(): Written[] {
    const hasTarget = this.has('t', '--target-directory');
    const sources = this.operands(/^(-[tS]|--(target-directory|suffix))$/).slice(0, hasTarget ? undefined : -1);
    return [...this.copied(), ...this.existing(sources)];
  }

  /** What is copied to another place, or linked from there. */
  copied(): Written[] {
    const into = this.value(/^(-t|--target-directory)/);
    const words = this.operands(/^(-[tSmog]|--(target-directory|suffix|mode|owner|group))$/);
    const target = into ?? words.at(-1);
    const sources = into ? words.filter((word) => word !== into) : words.slice(0, -1);
    return target && sources.length > 0 ? this.placed(sources, target) : [];
  }

  /** The folder that a word names, where it can be only one. */
  folder(word: Word | undefined): string | null {
    return word?.texts.length === 1 ? path.resolve(this.command.cwd, word.texts[0]!) : null;
  }

  /** Other words of the same command, in another folder. */
  of(words: readonly Word[], cwd: string): Arguments {
    return new Arguments({ ...this.command, words, cwd }, this.globs);
  }

  /** What is written where files are brought to a place: that, or what lies in it by their names. */
  placed(sources: readonly Word[], target: Word): Written[] {
    return filesOf(target, this.command.cwd, this.globs).flatMap((place) => {
      const names = this.files(sources).map(({ file }) => path.basename(file));
      if (!isFolder(place)) return [{ file: place, isFolder: this.files(sources).some(({ file }) => isFolder(file)) }];
      return names.map((name) => path.join(place, name)).map((file) => ({ file, isFolder: isFolder(file) }));
    });
  }
}
