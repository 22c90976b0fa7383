import { label } from '../../protocol/decode.ts';
import { parseObject } from '../../protocol/json.ts';
import { limits, sidePrefix } from '../../protocol/names.ts';
import { plainly, type Session } from './session.ts';

/** What people call an agent; its id where it has no other name. */
export type Names = (agent: string) => string;

export const byId: Names = (agent) => agent;

/**
 * Looks up what people call agents: an id of a session says nothing to anybody. A child without a name has its parent's.
 * Never rejects, since a name is not worth an error.
 */
export function agentNames({ client, ns }: Session): (agents: readonly string[]) => Promise<Names> {
  return async (agents) => {
    const asked = [...new Set(agents.flatMap((agent) => [agent, agent.split('/')[0]!]))].filter((id) => id !== '');
    if (asked.length === 0) return byId;
    try {
      const texts = await plainly(() => client.hmget(`${ns}${sidePrefix}agents`, ...asked));
      const names = new Map(asked.map((id, i) => [id, nameIn(texts[i] ?? '')]));
      return (agent) => names.get(agent) ?? names.get(agent.split('/')[0]!) ?? agent;
    } catch {
      return byId;
    }
  };
}

/** The name in what an agent said of itself. */
function nameIn(text: string): string | undefined {
  const parsed = parseObject(text, limits.payload);
  return (parsed.ok && label(parsed.value['name'])) || undefined;
}
