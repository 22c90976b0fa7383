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
}

/** Reads a settings file; null where there is none. Never throws. */
export function readHookSettings(file: string): HookSettings | null {
  const read = readSmall(file);
  if (read.kind === 'missing') return null;
  const nothing = { file, isDisabled: false, isManagedOnly: false, commands: new Map<string, string[]>() };
  if (read.kind === 'unreadable') return { ...nothing, problem: read.why };
  if (read.text.trim() === '') return { ...nothing, problem: null };
  const parsed = parseObject(read.text, 1024 * 1024);
  if (!parsed.ok) return { ...nothing, problem: parsed.reason };
  const { disableAllHooks, allowManagedHooksOnly, hooks } = parsed.value;
  return {
    file,
    problem: null,
    isDisabled: disableAllHooks === true,
    isManagedOnly: allowManagedHooksOnly === true,
    commands: commandsIn(isObject(hooks) ? hooks : {}),
  };
}

function commandsIn(hooks: JsonObject): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [event, groups] of Object.entries(hooks)) {
    const handlers = list(groups).flatMap((group) => (isObject(group) ? list(group['hooks']) : []));
    const commands = handlers.flatMap((handler) => {
      const command = isObject(handler) ? commandOf(handler) : '';
      return isOurs(command) ? [command] : [];
    });
    if (commands.length > 0) found.set(event, [...new Set(commands)]);
  }
  return found;
}

/** A command may have its arguments apart. */
const commandOf = ({ command, args }: JsonObject): string =>
  typeof command === 'string' ? [command, ...list(args).filter((arg) => typeof arg === 'string')].join(' ') : '';

/** Whether a command calls a hook of this program, wherever that was installed. */
export const isOurs = (command: string): boolean => /signalbox[\\/]+hook(\.sh|\.cjs)?(?![\w.-])/.test(command);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
