import { displayText } from '../../protocol/displayText.ts';
import type { Now } from '../../protocol/panel/picture.ts';
import type { Agent, Picture } from '../picture.ts';
import { byText } from '../sorting.ts';

type Names = Now['agentNames'];

/** What the page takes. */
const most = 1_000;
/** An agent that calls itself otherwise is listed so after this time, in ms. */
const refreshed = 5_000;

/** The agents that can be chosen from: those of the picture, and those that are gone but of whom something is kept. */
export class AgentNames {
  readonly #picture: Picture;
  #names: Names = [];
  #madeOf: { agents: readonly Agent[]; version: number; at: number } | null = null;

  constructor(picture: Picture) {
    this.#picture = picture;
  }

  /**
   * By name.
   * @param version changes with `kept`
   */
  list(kept: Iterable<string>, version: number, now: number): Names {
    const { agents } = this.#picture;
    const made = this.#madeOf;
    if (made && made.agents === agents && made.version === version && now - made.at < refreshed) return this.#names;
    this.#madeOf = { agents, version, at: now };
    // First those of whom there is something to show, should there be more than can be listed.
    const keys = new Set([...kept, ...agents.map((agent) => agent.key)].slice(0, 2 * most));
    const severalFleets = new Set([...keys].map(namespaceOf)).size > 1;
    this.#names = [...keys]
      .slice(0, most)
      .map((key) => {
        const agent = this.#picture.agent(key);
        const name = displayText(
          agent ? this.#picture.nameOf(agent.ns, agent.id) : key.slice(namespaceOf(key).length + 1),
          64,
        );
        const label = severalFleets ? `${name} (${displayText(namespaceOf(key), 32)})` : name;
        return { key, label, isGone: agent === undefined };
      })
      .sort((a, b) => byText(a.label, b.label));
    return this.#names;
  }
}

const namespaceOf = (key: string): string => key.slice(0, Math.max(0, key.indexOf('\u0000')));
