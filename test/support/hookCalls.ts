import type { LibraryRig } from './libraryRig.ts';

/** What an event of Claude Code says, beside who and what it is. */
export interface Said {
  tool?: string;
  /** The file that is edited, from the repository's root. */
  rel?: string;
  /** Further fields, as values of JSON. */
  more?: Readonly<Record<string, unknown>>;
  pid?: string;
  branch?: string;
  by?: string;
  missed?: string;
  /** What is said of a shell command, in lines. */
  shell?: string;
  host?: string;
  root?: string;
  /** For how long the hook may go on, in ms; empty for one that does not say. */
  left?: string;
  team?: string;
}

/** Asks the library as the hook does. `agent` is a session, or session and subagent with a slash. */
export async function hookCall(rig: LibraryRig, event: string, agent: string, said: Said = {}): Promise<string> {
  const [session, child] = agent.split('/');
  const { tool, rel = '', more = {}, pid = '1', branch = 'main', by = 'sh 1.2.0', missed = '' } = said;
  const fields = {
    session_id: session,
    ...(child === undefined ? {} : { agent_id: child, agent_type: 'Explore' }),
    hook_event_name: event,
    ...(tool === undefined ? {} : { tool_name: tool }),
    ...more,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const name = /^(Post|Stop|Sub.*Stop|SessionEnd)/.test(event) ? 'hook_end' : 'hook';
  const { host = 'here', root = '/repo', left = '', team = '', shell = '' } = said;
  const args = [host, root, rel, lines.join('\n'), pid, branch, by, missed, left, team, shell];
  return String(await rig.callBy(rig.client, name, [], ...args));
}

/** The events of an edit. */
export const edits = (
  rigNow: () => LibraryRig,
): Record<'pre' | 'post' | 'failed' | 'asks', (agent: string, rel: string) => Promise<string>> => ({
  pre: (agent: string, rel: string) => hookCall(rigNow(), 'PreToolUse', agent, { tool: 'Edit', rel }),
  post: (agent: string, rel: string) => hookCall(rigNow(), 'PostToolUse', agent, { tool: 'Edit', rel }),
  failed: (agent: string, rel: string) => hookCall(rigNow(), 'PostToolUseFailure', agent, { tool: 'Edit', rel }),
  asks: (agent: string, rel: string) => hookCall(rigNow(), 'PermissionRequest', agent, { tool: 'Edit', rel }),
});

/** What the model is told by an answer, and whether that refuses the edit. */
export function answered(text: string): { denied: boolean; said: string } {
  if (text === '') return { denied: false, said: '' };
  const { hookSpecificOutput: output } = JSON.parse(text) as { hookSpecificOutput: Record<string, string> };
  return {
    denied: output['permissionDecision'] === 'deny',
    said: output['permissionDecisionReason'] ?? output['additionalContext'] ?? '',
  };
}
