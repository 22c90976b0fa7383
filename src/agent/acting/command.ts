import type { Clock } from '../../protocol/clock.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import { strictly, withWords, type Options, type Values } from '../flags.ts';
import type { Output } from '../output.ts';

/** Where a command that acts was typed, and where it prints. */
export interface Desk {
  readonly output: Output;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** As what the line or the environment says to act; null where neither does. */
  readonly agent: string | null;
  /** Whether agent and address stood in the line. */
  readonly isAgentTyped: boolean;
  readonly isUrlTyped: boolean;
  /** What stood before the command; null where not given. */
  readonly typed: { readonly url: string | null; readonly namespace: string | null };
  /** The folder of the program and its bundles. */
  readonly dist: string;
  /** Asks whoever sits at the terminal for a yes or no; null where nobody does. */
  readonly ask: ((question: string) => Promise<boolean>) | null;
  /** The server and the one fleet in which it acts. Throws UsageError where several are named. */
  fleet(): Fleet;
}

export interface Fleet {
  settings: ConnectionSettings;
  ns: string;
}

/** A line as it was understood, ready to be carried out. */
export interface Prepared {
  request: object;
  /** Gives the exit code. */
  run(desk: Desk): Promise<number>;
}

/** A command that acts, in its own words. */
export interface Command {
  /** Its line in the general help. */
  summary: string;
  help: string;
  /** The names of its flags. */
  flags: readonly string[];
  /** Reads what stands behind the command's name; null where help is asked for. Throws UsageError. */
  prepare(rest: readonly string[]): Prepared | null;
}

interface Declaration<O extends Options, Request extends object> {
  summary: string;
  help: string;
  options: O;
  /** What may stand beside the flags: words among them, or behind `--` a program's line. */
  words: 'none' | 'some' | 'program';
  /** What has to be done to the words before they are read as flags. */
  before?: (rest: readonly string[]) => readonly string[];
  read(values: Values<O>, words: readonly string[]): Request;
  run(request: Request, desk: Desk): Promise<number>;
}

const help = { help: { type: 'boolean', short: 'h' } } as const satisfies Options;

export function command<O extends Options, Request extends object>(declared: Declaration<O, Request>): Command {
  const options = { ...declared.options, ...help };
  return {
    summary: declared.summary,
    help: declared.help,
    flags: Object.keys(options),
    prepare(rest) {
      const { values, words } = readLine(options, declared.words, declared.before?.(rest) ?? rest);
      if (values['help'] === true) return null;
      const request = declared.read(values as Values<O>, words);
      return { request, run: (desk) => declared.run(request, desk) };
    },
  };
}

function readLine(
  options: Options,
  kind: 'none' | 'some' | 'program',
  rest: readonly string[],
): { values: Record<string, unknown>; words: readonly string[] } {
  if (kind === 'none') return { values: strictly(options, rest), words: [] };
  if (kind === 'program' && rest.includes('--')) {
    const end = rest.indexOf('--');
    return { values: strictly(options, rest.slice(0, end)), words: rest.slice(end + 1) };
  }
  const { values, positionals } = withWords(options, rest);
  return { values, words: kind === 'program' ? [] : positionals };
}
