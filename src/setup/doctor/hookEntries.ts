import { isObject, parseObject, type JsonObject } from '../../protocol/json.ts';
import { readSmall } from './smallFile.ts';

/** What a settings file of Claude Code says of hooks. */
export interface HookSettings {
  file: string;
  /** Why nothing of it counts; null where all does. */
  problem: string | null;
  /** No hook runs at all. */
  isDisabled: boolean;
  /** Only those of an administrator run. */
  isManagedOnly: boolean;
  /** Our commands, by the event at which they are called. */
  commands: ReadonlyMap<string, readonly string[]>;
  /** After how many seconds Claude Code ends our hook before a tool runs; each once. */
  timeouts: readonly number[];
  /** What it has as `SIGNALBOX_HOOK_LIMIT` in its sessions' environment; null where it sets none. */
  limit: string | null;
}

/** Reads a settings file; null where there is none. Never throws. */
export function readHookSettings(file: string): HookSettings | null {
  const read = readSmall(file);
  if (read.kind === 'missing') return null;
  const nothing = {
    file,
    isDisabled: false,
    isManagedOnly: false,
    commands: new Map<string, string[]>(),
    timeouts: [],
    limit: null,
  };
  if (read.kind === 'unreadable') return { ...nothing, problem: read.why };
  if (read.text.trim() === '') return { ...nothing, problem: null };
  const parsed = parseObject(read.text, 1024 * 1024);
  if (!parsed.ok) return { ...nothing, problem: parsed.reason };
  const { disableAllHooks, allowManagedHooksOnly, hooks, env } = parsed.value;
  const limit = isObject(env) ? env['SIGNALBOX_HOOK_LIMIT'] : undefined;
  return {
    file,
    problem: null,
    isDisabled: disableAllHooks === true,
    isManagedOnly: allowManagedHooksOnly === true,
    commands: commandsIn(isObject(hooks) ? hooks : {}),
    timeouts: timeoutsIn(isObject(hooks) ? hooks : {}),
    limit: typeof limit === 'string' ? limit : null,
  };
}

function commandsIn(hooks: JsonObject): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [event, groups] of Object.entries(hooks)) {
    const handlers = handlersOf(groups);
    const commands = handlers.flatMap((handler) => {
      const command = isObject(handler) ? commandOf(handler) : '';
      return isOurs(command) ? [command] : [];
    });
    if (commands.length > 0) found.set(event, [...new Set(commands)]);
  }
  return found;
}

const handlersOf = (groups: unknown): unknown[] =>
  list(groups).flatMap((group) => (isObject(group) ? list(group['hooks']) : []));

/** What holds where an entry names no timeout, in seconds. */
const usualTimeout = 60;

function timeoutsIn(hooks: JsonObject): number[] {
  const found = handlersOf(hooks['PreToolUse']).flatMap((handler) => {
    if (!isObject(handler) || !isOurs(commandOf(handler))) return [];
    const { timeout } = handler;
    return [typeof timeout === 'number' && timeout > 0 ? timeout : usualTimeout];
  });
  return [...new Set(found)];
}

/** A command may have its arguments apart. */
const commandOf = ({ command, args }: JsonObject): string =>
  typeof command === 'string' ? [command, ...list(args).filter((arg) => typeof arg === 'string')].join(' ') : '';

/** Whether a command calls a hook of this program, wherever that was installed. */
export const isOurs = (command: string): boolean => /signalbox[\\/]+hook(\.sh|\.cjs)?(?![\w.-])/.test(command);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
