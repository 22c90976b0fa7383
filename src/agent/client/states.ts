import type { StateMessage } from '../../protocol/messages.ts';
import { compareVersion, type Version } from '../../protocol/version.ts';

/** As many agents as the protocol stores. */
const mostAgents = 1_000;

/** Knows the newest version that was heard of each other agent. */
export class HeardStates {
  readonly #own: string;
  readonly #known = new Map<string, Version>();

  constructor(own: string) {
    this.#own = own;
  }

  /** Whether this is another agent's and newer than all that was heard of it; then it counts as heard. */
  isNews({ agentId, epoch, ver }: StateMessage): boolean {
    if (agentId === this.#own) return false;
    const known = this.#known.get(agentId);
    if (known) {
      const order = compareVersion(known, { epoch, ver });
      if (order === 'older' || order === 'equal') return false;
    }
    // The one unheard for longest makes room.
    this.#known.delete(agentId);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= mostAgents && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(agentId, { epoch, ver });
    return true;
  }
}
