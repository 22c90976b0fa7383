import { asksPerson } from './liveness.ts';
import type { Hooked } from './picture.ts';

/** What an agent that waits for a person wants: leave to use a tool, an answer, a plan approved, or it does not say. */
export type Wish = 'permission' | 'answer' | 'plan' | 'something';

export function wishOf(tool: string | null): Wish {
  if (tool === 'ExitPlanMode') return 'plan';
  if (asksPerson(tool)) return 'answer';
  return tool === null ? 'something' : 'permission';
}

/** Since when an agent is as it says: a question is asked by a tool, anything else begins with its phase. */
export const doingSince = ({ phase, tool, since, toolSince }: Hooked): number =>
  phase === 'working' && tool !== null ? toolSince : since;
