import { lstatSync } from 'node:fs';
import path from 'node:path';
import { globbed } from './globbed.ts';
import type { SimpleCommand, Word } from './simpleCommands.ts';

/** What a command writes: a file, or whatever is in a folder. */
export interface Written {
  file: string;
  isFolder: boolean;
}

/** As many as are looked at; what else a command writes is found when it has ended. */
const most = 200;

/**
 * The files and folders that a command names and would change, delete or replace, as absolute paths. What it only reads is not
 * among them, and nothing else of its text: a word is taken for a path where the program takes it for one.
 */
export function writtenBy(commands: readonly SimpleCommand[]): Written[] {
  const found = new Map<string, Written>();
  for (const command of commands) {
    for (const written of [...ofOutputs(command), ...(programs.get(command.name)?.(new Arguments(command)) ?? [])]) {
      if (found.size < most) found.set(written.file, written);
    }
  }
  return [...found.values()];
}

function ofOutputs(command: SimpleCommand): Written[] {
  return command.outputs.flatMap((word) => filesOf(word, command.cwd)).map((file) => ({ file, isFolder: false }));
}

/** The paths that a word may stand for. */
function filesOf({ texts, isGlob }: Word, cwd: string): string[] {
  return texts
    .filter((text) => text !== '')
    .flatMap((text) => (isGlob ? globbed(text, cwd) : [path.resolve(cwd, text)]));
}

const isFolder = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** A program's arguments, told into options and the rest. */
class Arguments {
  readonly command: SimpleCommand;

  constructor(command: SimpleCommand) {
    this.command = command;
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
    return words.flatMap((word) => filesOf(word, this.command.cwd)).map((file) => ({ file, isFolder: false }));
  }

  /** The same of files and folders that are there; all else is no path, or nothing happens to it. */
  existing(words: readonly Word[]): Written[] {
    return this.files(words)
      .filter(({ file }) => lstatSync(file, { throwIfNoEntry: false }) !== undefined)
      .map(({ file }) => ({ file, isFolder: isFolder(file) }));
  }

  /** What is written where files are brought to a place: that, or what lies in it by their names. */
  placed(sources: readonly Word[], target: Word): Written[] {
    return filesOf(target, this.command.cwd).flatMap((place) => {
      const names = this.files(sources).map(({ file }) => path.basename(file));
      if (!isFolder(place)) return [{ file: place, isFolder: this.files(sources).some(({ file }) => isFolder(file)) }];
      return names.map((name) => path.join(place, name)).map((file) => ({ file, isFolder: isFolder(file) }));
    });
  }
}

/** Programs that change files in their place where they are told to. */
function edited(args: Arguments, valued: RegExp, script: RegExp | null): Written[] {
  const words = args.operands(valued);
  const hasScript = script === null || args.command.words.some(({ texts: [text = ''] }) => script.test(text));
  return args.existing(hasScript ? words : words.slice(1)).filter(({ file }) => !isFolder(file));
}

function copied(args: Arguments): Written[] {
  const into = args.value(/^(-t|--target-directory)/);
  const words = args.operands(/^(-[tSmog]|--(target-directory|suffix|mode|owner|group))$/);
  const target = into ?? words.at(-1);
  const sources = into ? words.filter((word) => word !== into) : words.slice(0, -1);
  return target && sources.length > 0 ? args.placed(sources, target) : [];
}

const programs = new Map<string, (args: Arguments) => Written[]>([
  // BSD's -i has an empty word behind it.
  [
    'sed',
    (args) =>
      args.has('i', '--in-place')
        ? edited(args, /^-\w*[efl]$|^--(expression|file|line-length)$/, /^-\w*[ef]|^--(expression|file)/)
        : [],
  ],
  ['perl', (args) => (args.has('i') ? edited(args, /^-\w*[eEIMm]$/, /^-\w*[eE]/) : [])],
  ['ruby', (args) => (args.has('i') ? edited(args, /^-\w*[eIr]$/, /^-\w*e/) : [])],
  ['tee', (args) => args.files(args.operands())],
  ['truncate', (args) => args.files(args.operands(/^(-[sr]|--(size|reference))$/))],
  ['touch', (args) => args.files(args.operands(/^(-[dtr]|--(date|reference|time))$/))],
  ['rm', (args) => args.existing(args.operands())],
  ['unlink', (args) => args.existing(args.operands())],
  ['shred', (args) => args.existing(args.operands(/^-[ns]$/))],
  ['cp', copied],
  ['install', (args) => (args.has('d', '--directory') ? [] : copied(args))],
  ['ln', copied],
  ['rsync', copied],
  [
    'mv',
    (args) => [
      ...copied(args),
      ...args.existing(args.operands(/^(-[tS]|--(target-directory|suffix))$/).slice(0, args.has('t') ? undefined : -1)),
    ],
  ],
  [
    'dd',
    (args) =>
      args.command.words.flatMap(({ texts, isGlob }) =>
        args.files([{ texts: texts.flatMap((text) => (text.startsWith('of=') ? [text.slice(3)] : [])), isGlob }]),
      ),
  ],
  [
    'patch',
    (args) => [
      ...args.files([args.value(/^(-o|--output)/)].filter((word) => word !== undefined)),
      ...args.existing(args.operands(/^(-[pidDFgBVxYzor]|--(strip|input|directory|output))$/).slice(0, 1)),
    ],
  ],
]);
