import { ancestorsByName } from '../protocol/overlap.ts';
import type { Counts } from '../protocol/status.ts';
import { AgentBook } from './agentBook.ts';
import type { Delta } from './blank.ts';
import { ClaimStore } from './claimStore.ts';
import { LeaseBook } from './leaseBook.ts';
import { LockSweeps, nobody } from './lockSweeps.ts';
import { PauseBook } from './pauseBook.ts';
import type { Agent, Claim, Paused } from './picture.ts';
import { Prerequisites, type Premature } from './prerequisites.ts';
import type { Processes } from './processWatch.ts';
import { QueueBook } from './queueBook.ts';
import { keyOf } from './sorting.ts';
import { TaskBook } from './taskBook.ts';
import { WaitBook } from './waitBook.ts';

/** Parents of parents that are followed; a longer chain is somebody's joke. */
const deepestFamily = 32;

/** All that is known of a fleet, each kind in a book of its own, and how the books look things up in each other. */
export class Books {
  readonly agents: AgentBook;
  readonly waits = new WaitBook();
  readonly pauses = new PauseBook();
  readonly claims = new ClaimStore({
    taskOf: (ns, holder) => this.agents.get(keyOf(ns, holder))?.task ?? null,
    waitersOf: (claim) => this.waits.waitersOf(claim),
  });
  readonly sweeps = new LockSweeps(this.claims);
  readonly leases = new LeaseBook(this.claims);
  readonly queues = new QueueBook();
  readonly tasks = new TaskBook((agent) => this.#ancestors(agent));
  readonly prerequisites = new Prerequisites();

  constructor(maxAgents: number, processes: Processes | null) {
    const context = {
      pausedBy: ({ ns, id }: Agent): Paused | null => this.pauses.of(ns, id),
      holdsAny: ({ ns, id }: Agent): boolean => this.claims.heldBy(ns, id).length > 0,
    };
    this.agents = new AgentBook(maxAgents, context, processes);
  }

  /** A claim began: its holder is an agent, in whose row it stands. */
  begun({ ns, holder }: Claim, now: number, delta: Delta): void {
    if (holder !== nobody) this.agents.addHolder(ns, holder, now, delta.agents);
    delta.agents.add(keyOf(ns, holder));
    delta.attention = true;
  }

  /** A claim ended. Whoever was known only by it is forgotten. */
  ended({ ns, holder }: Claim, delta: Delta): void {
    delta.agents.add(keyOf(ns, holder));
    delta.attention = true;
    if (this.claims.heldBy(ns, holder).length === 0) this.agents.dropHolder(keyOf(ns, holder), delta.agents);
  }

  /** Brings what follows from agents up to date with those that changed; answers with the tasks that began too early. */
  follow({ agents }: Delta, counts: Counts, now: number): Premature[] {
    const premature: Premature[] = [];
    for (const key of agents) {
      const agent = this.agents.get(key);
      if (agent) {
        this.tasks.update(agent, now);
        premature.push(...this.prerequisites.update(agent));
      } else {
        this.tasks.remove(key);
        this.prerequisites.remove(key);
      }
    }
    counts.tasks = this.tasks.count;
    return premature;
  }

  /** Forgets everything. */
  clear(delta: Delta): void {
    for (const { key } of this.agents.all) delta.agents.add(key);
    for (const { key } of this.claims.all) delta.claims.add(key);
    for (const { key } of this.queues.all) delta.queues.add(key);
    const { agents, waits, pauses, claims, sweeps, leases, queues, tasks, prerequisites } = this;
    for (const book of [agents, waits, pauses, claims, sweeps, leases, queues, tasks, prerequisites]) book.clear();
  }

  /** Those by its name, and the chain of parents; an agent that names itself or a descendant as its parent ends it. */
  #ancestors(agent: Agent): ReadonlySet<string> {
    const ids = new Set<string>();
    for (let parent = agent.parent; parent !== null && !ids.has(parent) && ids.size < deepestFamily;) {
      ids.add(parent);
      parent = this.agents.get(keyOf(agent.ns, parent))?.parent ?? null;
    }
    for (const name of ancestorsByName(agent.id)) ids.add(name);
    return ids;
  }
}
