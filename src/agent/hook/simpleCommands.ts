import path from 'node:path';
import parse, { type ParseEntry } from 'shell-quote/parse';
import { repositoryRoot } from '../resourceName.ts';
import { plainTexts, root } from './shellText.ts';

/** A word as far as it is known before the command runs: what it may stand for, several where it is a variable of a loop. */
export interface Word {
  texts: readonly string[];
  isGlob: boolean;
}

/** One program that a command runs, in the folder where it does. */
export interface SimpleCommand {
  /** The program's name, without its folder, and its arguments. */
  name: string;
  words: readonly Word[];
  /** What is written by `>` and its like, and what is read by `<`. */
  outputs: readonly Word[];
  inputs: readonly Word[];
  cwd: string;
}

const mostCommands = 500;
/** Texts that one word may stand for, the letters of one, and the variables in it: each may stand for all that was before. */
const mostTexts = 64;
const mostLetters = 65_536;
const mostParts = 32;
/** Words of one program. */
const mostWords = 2_000;
/** Programs that one `find` runs. */
const mostExecs = 8;
/** Shells within shells. */
const deepest = 3;

const writing = new Set(['>', '>>', '>|', '&>', '&>>', '>&', '<>']);
/** Words that stand before a command and change nothing of what it does. */
const leading = new Set([
  ...['if', 'then', 'elif', 'else', 'while', 'until', 'do', 'time', '!', '{', 'coproc'],
  ...[
    'command',
    'builtin',
    'exec',
    'nohup',
    'sudo',
    'doas',
    'env',
    'nice',
    'ionice',
    'stdbuf',
    'setsid',
    'timeout',
    'xargs',
    'npx',
    'bunx',
  ],
]);
/** Options of these that have a value of their own. */
const valued =
  /^-(?:[ugpCnIPLdEsk]|-(?:user|group|chdir|unset|adjustment|signal|kill-after|max-args|max-procs|replace))$/;

/** The programs that a command runs, in their order. Never throws; what cannot be known is left out. */
export function simpleCommands(command: string, cwd: string, env: NodeJS.ProcessEnv = process.env): SimpleCommand[] {
  const found: SimpleCommand[] = [];
  read(command, new Scope(cwd, env), found, 0);
  return found;
}

/** What a shell knows: its folder, null where that is unknown, and its variables. */
class Scope {
  readonly env: NodeJS.ProcessEnv;
  cwd: string | null;
  /** Where `cd -` leads. */
  before: string | null = null;
  variables = new Map<string, readonly string[]>();
  /** Those of loops over patterns. */
  globbed = new Set<string>();

  constructor(cwd: string | null, env: NodeJS.ProcessEnv) {
    this.cwd = cwd;
    this.env = env;
  }

  inner(): Scope {
    const scope = new Scope(this.cwd, this.env);
    scope.before = this.before;
    scope.variables = new Map(this.variables);
    scope.globbed = new Set(this.globbed);
    return scope;
  }

  /** What a word of `shell-quote` may stand for; nothing where that is not known. */
  word(text: string, isGlob = false): Word {
    let texts = [''];
    const parts = text.split(/(\ue000[^\ue001]*\ue001)/);
    if (parts.length > mostParts) texts = [];
    for (const part of parts) {
      const name = part.startsWith('\ue000') ? part.slice(1, -1) : null;
      isGlob ||= name !== null && this.globbed.has(name);
      const values = (name === null ? [part] : this.#valuesOf(name)).slice(0, Math.ceil(mostTexts / texts.length));
      texts = texts
        .flatMap((before) => values.map((value) => before + value))
        .filter((each) => each.length <= mostLetters);
    }
    const home = this.env['HOME'] ?? '';
    return {
      texts: texts
        .flatMap(braced)
        .slice(0, mostTexts)
        .map((each) => each.replace(/^~(?=\/|$)/, home)),
      isGlob,
    };
  }

  #valuesOf(name: string): readonly string[] {
    if (name === 'PWD') return this.cwd === null ? [] : [this.cwd];
    if (name === root) return (this.cwd !== null && [repositoryRoot(this.cwd)].filter((each) => each !== null)) || [];
    const own = this.variables.get(name);
    if (own) return own;
    const value = /^\w+$/.test(name) ? this.env[name] : undefined;
    return value === undefined ? [] : [value];
  }
}

function read(command: string, scope: Scope, found: SimpleCommand[], depth: number): void {
  if (depth > deepest) return;
  for (const text of plainTexts(command)) readText(text, scope.inner(), found, depth);
}

function readText(text: string, first: Scope, found: SimpleCommand[], depth: number): void {
  let entries: ParseEntry[];
  try {
    // A variable is what it is once the command before has been read.
    entries = parse(text, (name: string) => (name === '' ? '$' : `\ue000${name}\ue001`));
  } catch {
    return;
  }
  const outer: Scope[] = [];
  let scope = first;
  let now = blank();
  const end = (): void => {
    if (found.length < mostCommands) run(now, scope, found, depth);
    now = blank();
  };
  const take = (word: string, isGlob: boolean): void => {
    if (now.words.length < mostWords) now.words.push(scope.word(word, isGlob));
  };
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    const next = entries[i + 1];
    if (typeof entry === 'string') take(entry, false);
    else if ('comment' in entry) continue;
    else if (entry.op === 'glob') take(entry.pattern, true);
    else if (writing.has(entry.op) || entry.op === '<' || entry.op === '<<<' || entry.op === '<&') {
      const target =
        typeof next === 'string' ? scope.word(next) : next && 'pattern' in next ? scope.word(next.pattern, true) : null;
      if (target === null) continue;
      i++;
      if (entry.op === '<') now.inputs.push(target);
      else if (writing.has(entry.op) && !(entry.op === '>&' && /^(\d+|-)$/.test(target.texts[0] ?? '')))
        now.outputs.push(target);
    } else {
      end();
      if (entry.op.endsWith('(')) {
        outer.push(scope);
        scope = scope.inner();
      } else if (entry.op === ')') scope = outer.pop() ?? scope;
    }
  }
  end();
}

interface Raw {
  words: Word[];
  outputs: Word[];
  inputs: Word[];
}

const blank = (): Raw => ({ words: [], outputs: [], inputs: [] });
const only = (word: Word | undefined): string => (word?.texts.length === 1 ? word.texts[0]! : '');

function run({ words, outputs, inputs }: Raw, scope: Scope, found: SimpleCommand[], depth: number): void {
  let at = 0;
  if (found.length >= mostCommands) return;
  // What stands before the program itself.
  for (; at < words.length; at++) {
    const text = only(words[at]);
    const assigned = /^(\w+)\+?=([^]*)$/.exec(text);
    if (assigned) {
      scope.variables.set(assigned[1]!, [assigned[2]!]);
      scope.globbed.delete(assigned[1]!);
      continue;
    }
    if (!leading.has(path.posix.basename(text))) break;
    const wrapper = path.posix.basename(text);
    while (only(words[at + 1]).startsWith('-')) at += valued.test(only(words[at + 1])) ? 2 : 1;
    if (wrapper === 'timeout') at++;
  }
  const name = path.posix.basename(only(words[at]));
  const rest = words.slice(at + 1);
  if (name === 'for' && only(rest[1]) === 'in') {
    const over = rest.slice(2);
    scope.variables.set(only(rest[0]), over.flatMap((word) => word.texts).slice(0, mostTexts));
    if (over.some((word) => word.isGlob)) scope.globbed.add(only(rest[0]));
    return;
  }
  if (name === 'export' || name === 'local' || name === 'declare' || name === 'readonly') {
    for (const word of rest) {
      const [, variable, value] = /^(\w+)=([^]*)$/.exec(only(word)) ?? [];
      if (variable !== undefined) scope.variables.set(variable, [value!]);
    }
    return;
  }
  // Compared there, and not written to.
  if (scope.cwd !== null && name !== '[[') {
    if (name !== '' || outputs.length > 0) found.push({ name, words: rest, outputs, inputs, cwd: scope.cwd });
  }
  if (name === 'popd' || (name === 'cd' && only(rest[0]) === '-')) {
    [scope.cwd, scope.before] = [scope.before, scope.cwd];
  } else if (name === 'cd' || name === 'pushd') {
    scope.before = scope.cwd;
    const target = rest.find((word) => !only(word).startsWith('-'));
    const folder = target === undefined ? scope.env['HOME'] : target.isGlob ? undefined : only(target);
    scope.cwd = !folder || scope.cwd === null ? null : path.resolve(scope.cwd, folder);
  } else if (/^(ba|da|z|k)?sh$/.test(name)) {
    const option = rest.findIndex((word) => /^-\w*c$/.test(only(word)));
    if (option >= 0) read(only(rest[option + 1]), scope.inner(), found, depth + 1);
  } else if (name === 'eval') {
    read(rest.map(only).join(' '), scope, found, depth + 1);
  } else if (name === 'find') {
    const starts = rest.flatMap((word, i) => (/^-(exec|ok)(dir)?$/.test(only(word)) ? [i + 1] : []));
    for (const start of starts.slice(0, mostExecs)) {
      if (depth < deepest) run({ ...blank(), words: rest.slice(start) }, scope.inner(), found, depth + 1);
    }
  }
}

/** What braces with commas in them stand for. */
function braced(text: string): string[] {
  const [, before = '', inner, after = ''] = /^([^{]*)\{([^{}]*)\}([^]*)$/.exec(text.slice(0, 2_000)) ?? [];
  if (!inner?.includes(',')) return [text];
  const ends = braced(after);
  const all = inner.split(',', mostTexts).flatMap((part) => ends.map((end) => before + part + end));
  // Whether it stood in quotes is not known any more.
  return [text, ...all].slice(0, mostTexts);
}
