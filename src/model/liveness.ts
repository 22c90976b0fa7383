import { activityOf } from '../protocol/activity.ts';
import type { Phase } from '../protocol/phases.ts';
import type { Liveness } from '../protocol/status.ts';

/** Silences after which an agent counts as something else, in ms. */
export const livenessLimits = {
  /** Of a plain agent, without an active status. */
  idle: 60_000,
  /** In the middle of work. */
  stalled: 120_000,
  dead: 600_000,
  /** A tool that runs for longer is a job that its agent waits for. */
  job: 60_000,
  /** In which a tool may run that nobody can look after. */
  longestTool: 3_600_000,
  /** In which an agent may wait for a person, a job or its next turn; and if its process is known to be there. */
  longestWait: 43_200_000,
  longestPresence: 259_200_000,
} as const;

/** What is known of an agent's signs of life, in ms by the observer's clock. */
export interface Signs {
  readonly status: string | null;
  /** The last thing heard from it, or when it was read from what was stored. */
  readonly heardAt: number;
  /** When it last had an active status; when it became known where it never had. */
  readonly activeAt: number;
}

/**
 * Liveness from plain traffic alone: dead after 10 min of silence, stalled after 120 s of silence with an active
 * status, idle after 60 s without an active one, else working.
 */
export function livenessOf(signs: Signs, now: number): Liveness {
  const silence = now - signs.heardAt;
  if (silence >= livenessLimits.dead) return 'dead';
  if (activityOf(signs.status) === 'active') return silence >= livenessLimits.stalled ? 'stalled' : 'working';
  return now - signs.activeAt >= livenessLimits.idle ? 'idle' : 'working';
}

/** Whether an agent's process is there: on another machine, or without a number, nobody knows. */
export type Presence = 'unknown' | 'there' | 'gone';

/** What is known of an agent that a hook tells of. */
export interface HookSigns {
  readonly phase: Phase | null;
  /** The tool that runs. */
  readonly tool: string | null;
  readonly presence: Presence;
  /** The last thing heard of it itself. */
  readonly heardAt: number;
  /** The last thing heard of its process, which also runs its children. */
  readonly processHeardAt: number;
}

/** Tools that do nothing but ask a person. */
const questions = new Set(['AskUserQuestion', 'ExitPlanMode']);

/** Whether a tool that runs waits for a person. */
export const asksPerson = (tool: string | null): boolean => tool !== null && questions.has(tool);

/**
 * Liveness of an agent with a hook. What it says that it waits for counts at once and for long, since whoever waits is
 * silent; a process that is gone is dead; silence in the middle of work is a job while a tool runs, else it stalled.
 */
export function hookLiveness(signs: HookSigns, now: number): Liveness {
  const { phase, tool, presence } = signs;
  if (presence === 'gone' || now >= deathOf(signs)) return 'dead';
  const silence = now - signs.heardAt;
  if (!isWorking(signs)) return phase === null || phase === 'working' ? 'you' : phase;
  if (tool !== null) return silence >= livenessLimits.job ? 'job' : 'working';
  return silence >= livenessLimits.stalled ? 'stalled' : 'working';
}

/** When an agent with a hook is dead if it stays silent; of one whose process has gone, when it would have been at the latest. */
export function deathOf(signs: HookSigns): number {
  return signs.processHeardAt + longestSilence(signs);
}

const isWorking = ({ phase, tool }: HookSigns): boolean => (phase === null || phase === 'working') && !asksPerson(tool);

function longestSilence(signs: HookSigns): number {
  if (signs.presence === 'gone') return livenessLimits.dead;
  if (signs.presence === 'there') return livenessLimits.longestPresence;
  if (!isWorking(signs)) return livenessLimits.longestWait;
  return signs.tool === null ? livenessLimits.dead : livenessLimits.longestTool;
}
