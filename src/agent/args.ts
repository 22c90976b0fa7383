import { parseArgs, type ParseArgsConfig } from 'node:util';
import { readDuration } from './duration.ts';
import { UsageError } from './exitCodes.ts';
import { carriesPassword, hidePassword } from './passwordInUrl.ts';

export const commandNames = ['status', 'watch', 'demo'] as const;
export type CommandName = (typeof commandNames)[number];

/** Flags that stand before the command; null where not given. */
export interface GlobalFlags {
  url: string | null;
  namespace: string | null;
}

export interface DemoFlags {
  json: boolean;
  /** 0 to 50; 0 means only the server and the folder. */
  agents: number;
  seed: number;
  /** How many times faster than believable. */
  speed: number;
}

export type Invocation =
  | { kind: 'help'; topic: CommandName | null }
  | { kind: 'version' }
  | { kind: 'status'; flags: GlobalFlags; json: boolean; listenMs: number }
  | { kind: 'watch'; flags: GlobalFlags; json: boolean }
  | { kind: 'demo'; demo: DemoFlags };

const longestListen = 600_000;

type Options = NonNullable<ParseArgsConfig['options']>;

const globalOptions = {
  url: { type: 'string' },
  namespace: { type: 'string' },
  // Taken so that a script may always pass it; it names who acts, and no command here acts as an agent yet.
  agent: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const satisfies Options;

const reportOptions = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options;

const statusOptions = {
  ...reportOptions,
  listen: { type: 'string' },
} as const satisfies Options;

const demoOptions = {
  ...reportOptions,
  agents: { type: 'string' },
  seed: { type: 'string' },
  speed: { type: 'string' },
} as const satisfies Options;

/** Reads a command line without the program's name. Throws {@link UsageError} with a sentence for the person who typed it. */
export function parseInvocation(argv: readonly string[]): Invocation {
  const at = commandIndex(argv);
  const globals = strictly(globalOptions, argv.slice(0, at));
  if (globals.version === true) return { kind: 'version' };
  const command = argv[at];
  if (command === undefined) {
    if (globals.help === true) return { kind: 'help', topic: null };
    throw new UsageError('Name a command: status, watch or demo. `signalbox --help` explains them.');
  }
  const rest = argv.slice(at + 1);
  if (command === 'help') return { kind: 'help', topic: rest[0] === undefined ? null : commandName(rest[0]) };
  const name = commandName(command);
  if (globals.help === true) return { kind: 'help', topic: name };
  if (globals.url !== undefined && carriesPassword(globals.url)) {
    throw new UsageError(
      'A password in a flag can be read by everyone on this machine and stays in the shell’s history. ' +
        'Leave --url out and put the whole address into the environment variable SIGNALBOX_REDIS_URL.',
    );
  }
  const flags: GlobalFlags = { url: globals.url ?? null, namespace: globals.namespace ?? null };
  if (name === 'demo') return demoInvocation(flags, rest);
  if (name === 'status') return statusInvocation(flags, rest);
  const values = strictly(reportOptions, rest);
  return values.help === true ? { kind: 'help', topic: name } : { kind: name, flags, json: values.json === true };
}

function statusInvocation(flags: GlobalFlags, rest: readonly string[]): Invocation {
  const values = strictly(statusOptions, rest);
  if (values.help === true) return { kind: 'help', topic: 'status' };
  const listenMs = readDuration(values.listen ?? '0');
  if (listenMs === null || listenMs > longestListen) {
    throw new UsageError('--listen takes a time up to 10m, for example --listen 5s or --listen 500 (milliseconds).');
  }
  return { kind: 'status', flags, json: values.json === true, listenMs };
}

function demoInvocation(flags: GlobalFlags, rest: readonly string[]): Invocation {
  const values = strictly(demoOptions, rest);
  if (values.help === true) return { kind: 'help', topic: 'demo' };
  if (flags.url !== null || flags.namespace !== null) {
    throw new UsageError(
      'The demo starts a Redis of its own and uses the namespace demo: there; leave --url and --namespace out.',
    );
  }
  return {
    kind: 'demo',
    demo: {
      json: values.json === true,
      agents: numberFlag('--agents', values.agents, 9, { from: 0, to: 50, whole: true }),
      seed: numberFlag('--seed', values.seed, 1, { from: 0, to: 2 ** 32 - 1, whole: true }),
      speed: numberFlag('--speed', values.speed, 1, { from: 0.1, to: 100, whole: false }),
    },
  };
}

function numberFlag(
  flag: string,
  text: string | undefined,
  otherwise: number,
  range: { from: number; to: number; whole: boolean },
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() === '' || !(value >= range.from && value <= range.to) || (range.whole && !Number.isInteger(value))) {
    const what = range.whole ? 'a whole number' : 'a number';
    throw new UsageError(`${flag} takes ${what} from ${range.from} to ${range.to}, for example ${flag} ${otherwise}.`);
  }
  return value;
}

function commandName(text: string): CommandName {
  const known = commandNames.find((name) => name === text);
  if (known !== undefined) return known;
  throw new UsageError(
    `There is no command ${JSON.stringify(hidePassword(text))}. The commands are status, watch and demo.`,
  );
}

/** Where the command stands: the first argument that is neither a flag nor a flag's value. */
function commandIndex(argv: readonly string[]): number {
  let at = 0;
  for (let arg = argv[at]; arg?.startsWith('-'); arg = argv[at]) {
    const option = Object.entries(globalOptions).find(([name]) => arg === `--${name}`)?.[1];
    at += option?.type === 'string' ? 2 : 1;
  }
  return Math.min(at, argv.length);
}

function strictly<T extends Options>(options: T, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Node's sentence quotes what was typed, which may be an address with its password.
    const said = hidePassword(error instanceof Error ? error.message : String(error));
    const misplaced = /'(--(?:url|namespace|agent))\b/.exec(said)?.[1];
    if (misplaced !== undefined && !(misplaced.slice(2) in options)) {
      throw new UsageError(`${misplaced} stands before the command: signalbox ${misplaced} … status`);
    }
    throw new UsageError(said);
  }
}
