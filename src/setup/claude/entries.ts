/** What Claude Code calls the hook at, and whether the event takes a pattern of what it is for. */
const events: Readonly<Record<string, boolean>> = {
  SessionStart: true,
  UserPromptSubmit: false,
  PreToolUse: true,
  PostToolUse: true,
  PostToolUseFailure: true,
  PermissionRequest: true,
  Notification: true,
  SubagentStart: true,
  SubagentStop: true,
  Stop: false,
  StopFailure: true,
  SessionEnd: true,
};
export const eventNames: readonly string[] = Object.keys(events);

/** In seconds. A hook may wait for a file; a session that ends waits for nothing. */
const [timeout, endTimeout] = [60, 5];

/** The one thing that an agent may run unasked. */
export const permission = 'Bash(signalbox wait:*)';

/** An entry in the list of an event. */
export interface HookGroup {
  matcher?: string;
  hooks: { type: 'command'; command: string; timeout: number }[];
}

/**
 * What is run at each event, in a shell. It says nothing of where Redis is, and does nothing on a machine that has no
 * Signalbox, so that it can be shared.
 */
export function hookCommand(platform: NodeJS.Platform): string {
  const folder = '$HOME/.local/share/signalbox';
  // Windows has no bash of its own, and what is a program there does not depend on its mode.
  if (platform === 'win32') return `[ ! -r "${folder}/hook.cjs" ] || exec node "${folder}/hook.cjs"`;
  return `[ ! -x "${folder}/hook" ] || exec "${folder}/hook"`;
}

export const hookGroup = (event: string, command: string): HookGroup => ({
  ...(events[event] === true ? { matcher: '*' } : {}),
  hooks: [{ type: 'command', command, timeout: event === 'SessionEnd' ? endTimeout : timeout }],
});

/** Whether a command in somebody's settings runs our hook, as this or another version of set-up wrote it. */
export const isOurCommand = (command: unknown): boolean =>
  typeof command === 'string' && /\.local[\\/]share[\\/]signalbox[\\/]hook(\.sh|\.cjs)?(?![\w.-])/.test(command);
