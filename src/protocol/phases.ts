import { label } from './decode.ts';
import type { JsonObject } from './json.ts';

/** How a Claude Code session or subagent stands, by what its hook told last. */
export const phases = ['working', 'job', 'you', 'limited', 'idle'] as const;
export type Phase = (typeof phases)[number];

/** What an agent does, as its hook tells it. */
export interface Doing {
  phase: Phase;
  /** The tool that runs, or for which a person is asked; null between tools. */
  tool: string | null;
}

/** What a hook's event says of its agent; undefined where it names no phase. */
export function doingOf(json: JsonObject): Doing | undefined {
  const phase = phases.find((each) => each === json['phase']);
  return phase && { phase, tool: label(json['tool']) };
}

/** Who a hook says that an agent is. */
export interface HookHello {
  branch: string | null;
  /** The root of its repository, on its host. */
  root: string | null;
  /** Kind and version of the hook, such as `sh 1.1.0`. */
  by: string;
}

/** What only a hook's hello has; null where it was not a hook that said it. */
export function hookHelloOf(json: JsonObject): HookHello | null {
  const by = label(json['by']);
  if (by === null) return null;
  return { branch: label(json['branch']), root: label(json['root']), by };
}
