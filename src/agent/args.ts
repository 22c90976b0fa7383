import { actingCommands, actingNames, type ActingName } from './acting/commands.ts';
import type { Prepared } from './acting/command.ts';
import { readDuration } from '../protocol/readDuration.ts';
import { UsageError } from './exitCodes.ts';
import { FlagError, numberFlag, strictly, type Options } from './flags.ts';
import { nearest } from './nearest.ts';
import { carriesPassword, hidePassword, passwordInFlag } from './passwordInUrl.ts';

/** The commands that look, or show what there is to see. */
const lookingNames = ['status', 'watch', 'doctor', 'demo'] as const;
export type LookingName = (typeof lookingNames)[number];

export type CommandName = LookingName | ActingName;
export const commandNames: readonly CommandName[] = [...lookingNames, ...actingNames];

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
  | { kind: 'doctor'; flags: GlobalFlags; json: boolean }
  | { kind: 'demo'; demo: DemoFlags }
  | { kind: 'acting'; name: ActingName; flags: GlobalFlags; agent: string | null; prepared: Prepared };

const longestListen = 600_000;
const listed = `${commandNames.slice(0, -1).join(', ')} and ${commandNames.at(-1)}`;

const globalOptions = {
  url: { type: 'string' },
  namespace: { type: 'string' },
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

const lookingOptions = {
  status: statusOptions,
  watch: reportOptions,
  doctor: reportOptions,
  demo: demoOptions,
} as const satisfies Record<LookingName, Options>;

/** Reads a command line without the program's name. Throws {@link UsageError} with a sentence for the person who typed it. */
export function parseInvocation(argv: readonly string[]): Invocation {
  const at = commandIndex(argv);
  const globals = explainedBy('signalbox --help', () =>
    strictly(globalOptions, argv.slice(0, at), (flag) => behindCommand(flag, argv)),
  );
  if (globals.version === true) return { kind: 'version' };
  const command = argv[at];
  if (command === undefined) {
    if (globals.help === true) return { kind: 'help', topic: null };
    throw new UsageError(`Name a command: ${listed}. \`signalbox --help\` explains them.`);
  }
  const rest = argv.slice(at + 1);
  if (command === 'help') return { kind: 'help', topic: rest[0] === undefined ? null : commandName(rest[0]) };
  const name = commandName(command);
  if (globals.help === true) return { kind: 'help', topic: name };
  if (globals.url !== undefined && carriesPassword(globals.url)) {
    throw new UsageError(passwordInFlag);
  }
  const flags: GlobalFlags = { url: globals.url ?? null, namespace: globals.namespace ?? null };
  return explainedBy(`signalbox ${name} --help`, () => commandInvocation(name, flags, globals.agent ?? null, rest));
}

function commandInvocation(
  name: CommandName,
  flags: GlobalFlags,
  agent: string | null,
  rest: readonly string[],
): Invocation {
  if (name === 'demo') return demoInvocation(flags, rest);
  if (name === 'status') return statusInvocation(flags, rest);
  if (name === 'watch' || name === 'doctor') {
    const values = strictly(reportOptions, rest);
    return values.help === true ? { kind: 'help', topic: name } : { kind: name, flags, json: values.json === true };
  }
  const prepared = actingCommands[name].prepare(rest);
  if (prepared === null) return { kind: 'help', topic: name };
  return { kind: 'acting', name, flags, agent, prepared };
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

function commandName(text: string): CommandName {
  const known = commandNames.find((name) => name === text);
  if (known !== undefined) return known;
  const near = nearest(text, commandNames);
  const meant = near === undefined ? '.' : `; did you mean ${near}?`;
  throw new UsageError(`There is no command ${JSON.stringify(hidePassword(text))}${meant} The commands are ${listed}.`);
}

/** Names the help that explains the flags, where they are what is wrong. */
function explainedBy<T>(help: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FlagError) throw new UsageError(`${error.message} \`${help}\` explains it.`);
    throw error;
  }
}

/** What to say of a command's flag that stands before the command. */
function behindCommand(flag: string, argv: readonly string[]): string | null {
  const having = commandNames.filter((name) => flagsOf(name).includes(flag));
  const name = having.find((each) => argv.includes(each)) ?? having[0];
  return name === undefined ? null : `--${flag} stands behind the command: signalbox ${name} --${flag}`;
}

const flagsOf = (name: CommandName): readonly string[] =>
  name in actingCommands ? actingCommands[name as ActingName].flags : Object.keys(lookingOptions[name as LookingName]);

/** Where the command stands: the first argument that is neither a flag nor a flag's value. */
function commandIndex(argv: readonly string[]): number {
  let at = 0;
  for (let arg = argv[at]; arg?.startsWith('-'); arg = argv[at]) {
    const option = Object.entries(globalOptions).find(([name]) => arg === `--${name}`)?.[1];
    at += option?.type === 'string' ? 2 : 1;
  }
  return Math.min(at, argv.length);
}
