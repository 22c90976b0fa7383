import { eachText, type Seen } from './scan.ts';

/** How many bytes are looked at. What is needed stands before the tool's own texts. */
const edge = 4_096;

/** What an event says of what we need. Values are as they stand in the input, with JSON's escapes, a byte a character. */
export interface Input {
  event: string;
  session: string;
  /** `/` and the subagent's id, or empty. */
  child: string;
  cwd: string;
  tool: string;
  /** Of a teammate; empty for others. */
  team: string;
  /** Of a file that is edited; empty for anything else. */
  path: string;
  /** Of a shell command that is about to run; empty for anything else. */
  command: string;
  /** Whether the event is about the edit of a file. */
  isEdit: boolean;
  /** What may leave the machine: lines of `"name":value`. */
  fields: string;
}

const ofTools = ['tool_name', 'duration_ms'];
const always = ['session_id', 'cwd', 'hook_event_name', 'agent_id', 'agent_type', 'prompt_id', 'permission_mode'];
/** What an event is listed with in PROTOCOL.md, beside what all are. */
const listed: Readonly<Record<string, readonly string[]>> = {
  PreToolUse: ofTools,
  PostToolUse: ofTools,
  PostToolUseFailure: ofTools,
  PermissionRequest: ofTools,
  SessionStart: ['source', 'session_title'],
  SessionEnd: ['reason'],
  Notification: ['notification_type'],
  Stop: ['background_tasks'],
  StopFailure: ['error'],
};
/** Of the words for why a turn broke off only these leave the machine. */
const errors = new Set(['rate_limit', 'server_error', 'overloaded', 'billing_error', 'unknown']);
const texts = new Set([...always, 'tool_name', 'team_name', 'source', 'session_title', 'reason', 'notification_type']);
const edits: Readonly<Record<string, string>> = {
  Edit: 'file_path',
  Write: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
};

/** Reads an event; null where it is none. */
export function readInput(bytes: Buffer): Input | null {
  const head = read(bytes.toString('latin1', 0, edge));
  const isCut = bytes.length >= edge;
  if (head.session === '' || head.event === '') return null;
  // The path, the end of a command, or whether something runs on, may stand behind a long text.
  const needsAll =
    isCut &&
    ((head.isEdit && head.path === '') ||
      (head.event === 'PreToolUse' && head.tool === 'Bash' && head.command === '') ||
      (head.event === 'Stop' && !head.values.has('background_tasks')));
  const whole = needsAll ? read(bytes.toString('latin1')) : head;
  const { values, ...input } = whole;
  if (input.event === 'Stop' && !values.has('background_tasks')) values.set('background_tasks', isCut ? '[1]' : '[]');
  const allowed = new Set([...always, ...(listed[input.event] ?? [])]);
  const fields = [...values].filter(([name]) => allowed.has(name)).map(([name, value]) => `"${name}":${value}`);
  return { ...input, fields: fields.join('\n') };
}

function read(text: string): Omit<Input, 'fields'> & { values: Map<string, string> } {
  const values = new Map<string, string>();
  const keep = (name: string, value: string): unknown => values.has(name) || values.set(name, value);
  const word = (name: string): string => values.get(name)?.slice(1, -1) ?? '';
  const isShell = (): boolean => word('tool_name') === 'Bash' && word('hook_event_name') === 'PreToolUse';
  let [path, command] = ['', ''];
  eachText(text, (seen) => {
    const { key, depth } = seen;
    if (seen.isKey) {
      if (depth !== 1) return true;
      const event = word('hook_event_name');
      // What is no edit names nothing that could be claimed, and what comes behind is not needed.
      if (key === 'tool_input') return event === '' || Object.hasOwn(edits, word('tool_name')) || isShell();
      if (key === 'background_tasks') keep(key, seen.next.includes('[]') ? '[]' : '[1]');
      if (key === 'duration_ms') keepNumber(seen, keep);
      return true;
    }
    if (!seen.isValue) return true;
    if (depth === 1) {
      const isError = key === 'error' && word('hook_event_name') === 'StopFailure' && errors.has(seen.text);
      if (texts.has(key) || isError) keep(key, `"${seen.text}"`);
      return true;
    }
    if (depth !== 2 || seen.top !== 'tool_input') return true;
    if (key === 'command' && isShell()) command = seen.text;
    else if (edits[word('tool_name')] === key) path = seen.text;
    else return true;
    return false;
  });
  const [event, tool, child] = [word('hook_event_name'), word('tool_name'), word('agent_id')];
  const isOfTool = listed[event] === ofTools;
  return {
    event,
    session: word('session_id'),
    child: child === '' ? '' : `/${child}`,
    cwd: word('cwd'),
    team: word('team_name'),
    tool,
    path,
    command,
    isEdit: isOfTool && Object.hasOwn(edits, tool),
    values,
  };
}

function keepNumber({ key, next }: Seen, keep: (name: string, value: string) => unknown): void {
  const digits = /^ ?: ?(\d+)/.exec(next)?.[1];
  if (digits !== undefined) keep(key, digits);
}
