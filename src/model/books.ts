import { ancestorsByName } from '../protocol/overlap.ts';
import type { Counts } from '../protocol/status.ts';
import { AgentBook } from './agentBook.ts';
import type { Delta } from './blank.ts';
import { KeyBook } from './keys/keyBook.ts';
import type { RunItem } from './keys/runItems.ts';
import { ErrorBook, type ErrorContext } from './errors/errorBook.ts';
import { ClaimStore } from './claimStore.ts';
import { GrowthBook } from './growth.ts';
import { HealthBook } from './healthBook.ts';
import { LeaseBook } from './leaseBook.ts';
import { LockSweeps, nobody } from './lockSweeps.ts';
import { MailBook } from './mailBook.ts';
import { PauseBook } from './pauseBook.ts';
import type { Facts } from './ongoing.ts';
import type { Agent, Claim, Connection, Mail, Paused, Picture } from './picture.ts';
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
  readonly mail = new MailBook();
  readonly growth = new GrowthBook();
  readonly claims = new ClaimStore({
    taskOf: (ns, holder) => this.agents.get(keyOf(ns, holder))?.task ?? null,
    waitersOf: (claim) => this.waits.waitersOf(claim),
  });
  readonly sweeps = new LockSweeps(this.claims);
  readonly leases = new LeaseBook(this.claims);
  readonly queues = new QueueBook();
  readonly keys = new KeyBook();
  readonly errors = new ErrorBook();
  readonly health = new HealthBook();
  readonly tasks = new TaskBook((agent) => this.#ancestors(agent));
  readonly prerequisites = new Prerequisites();

  constructor(maxAgents: number, processes: Processes | null) {
    const context = {
      pausedBy: ({ ns, id }: Agent): Paused | null => this.pauses.of(ns, id),
      mailOf: (agent: Agent): Mail | null => this.mail.of(agent),
      holdsAny: ({ ns, id }: Agent): boolean => this.claims.heldBy(ns, id).length > 0,
    };
    this.agents = new AgentBook(maxAgents, context, processes);
  }

  /** The namespaces in which an agent or a queue is known. */
  get fleets(): ReadonlySet<string> {
    return new Set([...this.agents.all, ...this.queues.all].map(({ ns }) => ns));
  }

  /** What there is more of than is kept. */
  get beyondLimits(): Picture['beyondLimits'] {
    const { agents, sweeps, leases, queues, keys } = this;
    return {
      agents: agents.evicted,
      claims: sweeps.incomplete || leases.incomplete,
      queues: queues.incomplete,
      keys: keys.incomplete,
    };
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

  /** What keys and queues take of the server's memory, by their whole names. */
  *sizes(): Generator<{ readonly name: string; readonly bytes: number | null }> {
    yield* this.keys.sizes();
    for (const { ns, seen } of this.queues.all) yield { name: ns + seen.name, bytes: seen.bytes };
  }

  /** By what errors are told apart. */
  get errorContext(): ErrorContext {
    return {
      fleets: this.fleets,
      agents: this.agents.size,
      isAgent: (ns, id) => this.agents.get(keyOf(ns, id)) !== undefined,
    };
  }

  /** What plain agents say of a run. */
  run(now: number): readonly RunItem[] {
    const context = this.errorContext;
    const errors = this.errors.item(context);
    const items = this.keys.items(context.fleets, now);
    return errors === null ? items : [...items, errors];
  }

  /** Brings what follows from agents and keys up to date with those that changed; answers with the tasks and steps that began too early. */
  follow(delta: Delta, counts: Counts, now: number): Premature[] {
    const { agents, run } = delta;
    const premature = run ? this.keys.takePremature() : [];
    if (run) this.errors.see(this.keys.errorLists(), now);
    if (this.errors.takeChanged()) delta.run = delta.attention = true;
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

  /** What needs a person follows from this. */
  facts(connection: Connection, run: readonly RunItem[]): Facts {
    const { agents, claims, tasks, waits, growth, health } = this;
    return {
      connection,
      run,
      agents: agents.all,
      claims: claims.all,
      duplicates: tasks.duplicates,
      waits: waits.all,
      runaways: growth.current,
      ailments: health.ailments,
      inTheWay: (ns, resource) => claims.overlapping(ns, resource),
      claimsHeldBy: (ns, id) => claims.heldBy(ns, id),
      staleRunOf: (key) => agents.staleRunOf(key),
    };
  }

  /** Does what reads what was there before, which did not come just now. */
  reading(ns: string, read: () => void): void {
    const [agents, claims] = [this.agents.size, this.claims.size];
    read();
    const growth = this.growth.of(ns);
    growth.agents.read(agents, this.agents.size);
    growth.claims.read(claims, this.claims.size);
  }

  /** Lets time pass for what grows. */
  watchGrowth(namespaces: readonly string[], now: number): void {
    for (const ns of namespaces) {
      const { agents, claims } = this.growth.of(ns);
      agents.look(this.agents.countOf(ns), now);
      claims.look(this.claims.countOf(ns), now);
    }
  }

  /** Forgets everything. */
  clear(delta: Delta): void {
    for (const { key } of this.agents.all) delta.agents.add(key);
    for (const { key } of this.claims.all) delta.claims.add(key);
    for (const { key } of this.queues.all) delta.queues.add(key);
    delta.run = true;
    const all = [
      ...[this.agents, this.waits, this.pauses, this.mail, this.growth, this.claims, this.sweeps, this.leases],
      ...[this.queues, this.keys, this.errors, this.health, this.tasks, this.prerequisites],
    ];
    for (const book of all) book.clear();
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
