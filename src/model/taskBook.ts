import { activityOf } from '../protocol/activity.ts';
import type { Agent } from './picture.ts';
import { keyOf } from './sorting.ts';

/** Two agents must have been at one task together for longer than this to count, in ms: a hand-over overlaps. */
const duplicateAfter = 2_000;
/** Distinct task ids that are remembered, so as to count each once. */
const maxTasks = 20_000;
/** How many of those who were at a task before are compared with each who came later: a crowd is told by its neighbours. */
const maxCompared = 8;

export interface Duplicate {
  /** Stable while the same two stay at the same task. */
  readonly id: string;
  readonly ns: string;
  readonly task: string;
  readonly agents: readonly [first: string, second: string];
  readonly since: number;
}

/** Which agents are active on which task: counts distinct tasks and finds duplicate work. */
export class TaskBook {
  readonly #ancestors: (agent: Agent) => ReadonlySet<string>;
  readonly #seen = new Set<string>();
  #count = 0;
  /** Task key to its active agents, with the time since when each has been. */
  readonly #active = new Map<string, Map<string, { agent: Agent; since: number }>>();
  readonly #taskOf = new Map<string, string>();
  #duplicates: readonly Duplicate[] = [];

  /** @param ancestors the ids of an agent's parent, its parent's parent and so on, within its namespace */
  constructor(ancestors: (agent: Agent) => ReadonlySet<string>) {
    this.#ancestors = ancestors;
  }

  /** Distinct task ids that ever became active. */
  get count(): number {
    return this.#count;
  }

  /** Duplicate work that goes on now. */
  get duplicates(): readonly Duplicate[] {
    return this.#duplicates;
  }

  /** Takes note of what an agent does now; call it after each change of an agent. */
  update(agent: Agent, now: number): void {
    const isActive = agent.liveness === 'working' && agent.task !== null && activityOf(agent.status) === 'active';
    const task = isActive ? keyOf(agent.ns, agent.task!) : undefined;
    const before = this.#taskOf.get(agent.key);
    if (task === before) return;
    if (before !== undefined) this.remove(agent.key);
    if (task === undefined) return;
    this.#taskOf.set(agent.key, task);
    const peers = this.#active.get(task) ?? new Map<string, { agent: Agent; since: number }>();
    this.#active.set(task, peers.set(agent.key, { agent, since: now }));
    if (this.#seen.has(task)) return;
    this.#count++;
    if (this.#seen.size >= maxTasks) this.#seen.delete(this.#seen.values().next().value!);
    this.#seen.add(task);
  }

  remove(agentKey: string): void {
    const task = this.#taskOf.get(agentKey);
    if (task === undefined) return;
    this.#taskOf.delete(agentKey);
    const peers = this.#active.get(task);
    peers?.delete(agentKey);
    if (peers?.size === 0) this.#active.delete(task);
  }

  /** Lets time pass; returns the duplicates that are new. */
  tick(now: number): Duplicate[] {
    const known = new Set(this.#duplicates.map((duplicate) => duplicate.id));
    this.#duplicates = [...this.#active.values()].flatMap((peers) => (peers.size < 2 ? [] : this.#clashes(peers, now)));
    return this.#duplicates.filter((duplicate) => !known.has(duplicate.id));
  }

  clear(): void {
    this.#seen.clear();
    this.#active.clear();
    this.#taskOf.clear();
    this.#duplicates = [];
    this.#count = 0;
  }

  /** Each agent that came to a task where an unrelated one already was, against the one before it. */
  #clashes(peers: Map<string, { agent: Agent; since: number }>, now: number): Duplicate[] {
    const inOrder = [...peers.values()]
      .sort((a, b) => a.since - b.since)
      .map((peer) => ({ ...peer, ancestors: this.#ancestors(peer.agent) }));
    const clashes: Duplicate[] = [];
    inOrder.forEach(({ agent, since, ancestors }, i) => {
      if (now - since <= duplicateAfter) return;
      const other = inOrder
        .slice(Math.max(0, i - maxCompared), i)
        .findLast((earlier) => !ancestors.has(earlier.agent.id) && !earlier.ancestors.has(agent.id));
      if (!other) return;
      const { ns, task } = agent;
      const id = JSON.stringify([ns, task, other.agent.id, agent.id, since]);
      clashes.push({ id, ns, task: task!, agents: [other.agent.id, agent.id], since });
    });
    return clashes;
  }
}
