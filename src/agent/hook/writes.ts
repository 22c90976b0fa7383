import { Arguments, filesOf, isFolder, type Written } from './arguments.ts';
import { Globs } from './globbed.ts';
import { writtenByGit } from './gitWrites.ts';
import type { SimpleCommand } from './simpleCommands.ts';

/** As many as are looked at; what else a command writes is found when it has ended. */
const most = 200;

/**
 * The files and folders that a command names and would change, delete or replace, as absolute paths. What it only reads is not
 * among them, and nothing else of its text: a word is taken for a path where the program takes it for one.
 */
export function writtenBy(commands: readonly SimpleCommand[]): Written[] {
  const found = new Map<string, Written>();
  const globs = new Globs();
  for (const command of commands) {
    for (const written of [
      ...ofOutputs(command, globs),
      ...(programs.get(command.name)?.(new Arguments(command, globs)) ?? []),
    ]) {
      if (found.size < most) found.set(written.file, written);
    }
  }
  return [...found.values()];
}

function ofOutputs({ outputs, cwd }: SimpleCommand, globs: Globs): Written[] {
  return outputs.flatMap((word) => filesOf(word, cwd, globs)).map((file) => ({ file, isFolder: false }));
}

/** Programs that change files in their place where they are told to; without a `script` among the options it is the first word. */
function edited(args: Arguments, valued: RegExp, script: RegExp): Written[] {
  const words = args.operands(valued);
  const hasScript = args.command.words.some(({ texts: [text = ''] }) => script.test(text));
  return args.existing(hasScript ? words : words.slice(1)).filter(({ file }) => !isFolder(file));
}

/** Programs that put code into shape, in its place where they are told to. */
function shaped(args: Arguments): Written[] {
  const { name, words } = args.command;
  if (args.has('', '--check', '--check-only', '--diff', '--dry-run', '--fix-dry-run')) return [];
  const isTold = /^(black|isort|rustfmt)$/.test(name) || args.has('wi', '--write', '--fix', '--apply', '--in-place');
  const isFormat = name === 'ruff' && words[0]?.texts[0] === 'format';
  return isTold || isFormat ? args.existing(args.operands()).filter((each) => !each.isFolder) : [];
}

const sed = { valued: /^-\w*[efl]$|^--(expression|file|line-length)$/, script: /^-\w*[ef]|^--(expression|file)/ };

/** Whether perl or ruby are told to, which take other options' values in the same word. */
const isInPlace = (args: Arguments): boolean =>
  args.command.words.some(({ texts: [text = ''] }) => /^-[acflnpsStuUwWX\d]*i/.test(text));

function patched(args: Arguments): Written[] {
  if (args.has('', '--dry-run')) return [];
  const output = args.value(/^(-o|--output)/);
  const [file] = args.operands(/^(-[pidDFgBVxYzor]|--(strip|input|directory|output))$/);
  return [...args.files(output ? [output] : []), ...args.existing(file ? [file] : [])];
}

function dumped(args: Arguments): Written[] {
  const named = args.command.words.flatMap(({ texts }) => texts).filter((text) => text.startsWith('of='));
  return args.files([{ texts: named.map((text) => text.slice(3)), isGlob: false }]);
}

const programs = new Map<string, (args: Arguments) => Written[]>([
  ['sed', (args) => (args.has('i', '--in-place') ? edited(args, sed.valued, sed.script) : [])],
  ['perl', (args) => (isInPlace(args) ? edited(args, /^-\w*[eEIMm]$/, /^-\w*[eE]/) : [])],
  ['ruby', (args) => (isInPlace(args) ? edited(args, /^-\w*[eIr]$/, /^-\w*e/) : [])],
  ['tee', (args) => args.files(args.operands())],
  ['truncate', (args) => args.files(args.operands(/^(-[sr]|--(size|reference))$/))],
  ['touch', (args) => args.files(args.operands(/^(-[dtr]|--(date|reference|time))$/))],
  ['rm', (args) => args.existing(args.operands())],
  ['unlink', (args) => args.existing(args.operands())],
  ['shred', (args) => args.existing(args.operands(/^-[ns]$/))],
  ['cp', (args) => args.copied()],
  ['install', (args) => (args.has('d', '--directory') ? [] : args.copied())],
  ['ln', (args) => args.copied()],
  ['rsync', (args) => args.copied()],
  ['mv', (args) => args.moved()],
  ['git', writtenByGit],
  ['dd', dumped],
  ['patch', patched],
  ...'prettier eslint stylelint biome oxfmt gofmt goimports rustfmt black isort ruff autopep8 yapf shfmt clang-format'
    .split(' ')
    .map((name): [string, (args: Arguments) => Written[]] => [name, shaped]),
]);
