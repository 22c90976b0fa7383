import { hostname, userInfo } from 'node:os';
import { displayText } from '../../protocol/displayText.ts';
import { exceedsBytes } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import { personName } from '../../protocol/person.ts';
import { UsageError } from '../exitCodes.ts';
import type { Desk } from './command.ts';

/**
 * As what a line means to act: as the agent that it names, else as the environment's, else as the session of Claude Code in
 * whose shell it was typed; null where neither is there. A variable that is set but empty counts as not set.
 */
export const agentMeant = (typed: string | null, env: NodeJS.ProcessEnv): string | null =>
  typed ?? (env['SIGNALBOX_AGENT'] || env['CLAUDE_CODE_SESSION_ID'] || null);

/** The agent as which a command acts. Throws UsageError where nobody said which. */
export function actingAgent(desk: Desk): string {
  if (desk.agent !== null) return agentName(desk.agent);
  throw new UsageError(
    'As which agent? Name it with --agent NAME before the command, or in the environment variable SIGNALBOX_AGENT.',
  );
}

/** Who acts where a person may: the agent if one is named, else whoever sits at this machine. */
export function actingPerson(desk: Desk): string {
  return desk.agent === null ? personName(userName(), hostname()) : agentName(desk.agent);
}

/** A name that the protocol allows. Throws UsageError for others. */
export function agentName(name: string): string {
  if (name === '') throw new UsageError('An agent needs a name.');
  const shown = `"${displayText(name, 200)}"`;
  if (/\p{Cc}/u.test(name)) throw new UsageError(`${shown} has a control character in it; no agent can be called so.`);
  if (exceedsBytes(name, limits.agentName)) {
    throw new UsageError(`${shown} is longer than ${limits.agentName} bytes; no agent can be called so.`);
  }
  return name;
}

/** A child's name begins with its parent's and a slash; empty for who is nobody's child. */
export const parentOf = (agent: string): string => agent.slice(0, Math.max(0, agent.lastIndexOf('/')));

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return '';
  }
}
