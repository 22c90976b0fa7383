import { libraryManual } from './libraryPrompt.ts';
import { plainManual } from './plainPrompt.ts';
import type { Step } from './promptSteps.ts';
import { redisCli } from './redisCli.ts';

/** What the prompt is for. */
export interface PromptRequest {
  url: string;
  namespace: string;
  username?: string;
  /** Whether the server has the function library. */
  library: boolean;
}

/**
 * The text that makes an agent with a shell coordinate with others by redis-cli alone. Commands stand on lines of
 * their own, indented, and run as they are once the words in capitals are filled in. Never holds a password. The user's
 * name may stand in the address or beside it.
 */
export function agentPrompt({ url, namespace, username, library }: PromptRequest): string {
  const { command: cli, needsUser } = redisCli(url, username ?? '');
  const place = { cli, key: (name: string): string => `${namespace}${name}` };
  const { replace, steps } = library ? libraryManual(place) : plainManual(place);
  const password = needsUser
    ? 'The server wants a password for this user: it is in the environment variable REDISCLI_AUTH, which redis-cli reads.'
    : 'If the server asks for a password (NOAUTH), it belongs into the environment variable REDISCLI_AUTH, which redis-cli reads.';
  return `You work on this repository at the same time as other agents. Use Redis to coordinate with them, with the commands below.

In each command replace: ${replace} ${password}
Never put a password into a command.

${steps.map(stepText).join('\n\n')}
`;
}

function stepText({ say, run, after }: Step, index: number): string {
  return [`${index + 1}. ${say}`, ...run.map(indented), ...(after === undefined ? [] : [indented(after)])].join('\n');
}

const indented = (line: string): string => `   ${line}`;
