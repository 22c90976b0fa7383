import { label } from './decode.ts';
import { parseObject } from './json.ts';
import { limits } from './names.ts';

/** What somebody said went wrong. */
export interface ErrorSaid {
  /** Who it says that it was; null where it names nobody. */
  readonly agent: string | null;
  /** The name says by itself that it is an agent's. Any other counts only where an agent of that name is known. */
  readonly isSure: boolean;
  /** What is left without the name. */
  readonly text: string;
}

/** `Agent 2: …`, `agent-7: …`, `agent_search: …`, but not `Agent failed: …`. */
const ofAgent = /^(agent(?: ?\d[\w.-]{0,40}| [a-z]|[-_]\w[\w./-]{0,120})) *: *(?=\S)/i;
const ofAnybody = /^([\w@./-]{1,128}): +(?=\S)/;

/** Reads a text such as `Agent 2: File not found`, or JSON with `agent` and `error`, `message`, `text` or `detail`. */
export function errorSaid(whole: string): ErrorSaid {
  if (whole.startsWith('{')) {
    const parsed = parseObject(whole, limits.state);
    if (parsed.ok) {
      const { value } = parsed;
      const agent = label(value['agent']) ?? label(value['agent_id']);
      const text = label(value['error']) ?? label(value['message']) ?? label(value['text']) ?? label(value['detail']);
      return { agent, isSure: agent !== null, text: text ?? whole };
    }
  }
  const sure = ofAgent.exec(whole);
  const [begin = '', agent = null] = sure ?? ofAnybody.exec(whole) ?? [];
  return { agent, isSure: sure !== null, text: whole.slice(begin.length) };
}

/** What an agent that is called so may have as its id: `Agent 2` is `agent-2` to itself. */
export function idsCalled(name: string): string[] {
  const small = name.toLowerCase();
  return [...new Set([name, small, ...['-', '_', ''].map((between) => small.replace(/ +/g, between))])];
}
