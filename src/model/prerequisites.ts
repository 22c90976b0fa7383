import { activityOf } from '../protocol/activity.ts';
import { isDone, tasksOf } from '../protocol/tasks.ts';
import type { Agent } from './picture.ts';
import { keyOf } from './sorting.ts';

/** Tasks whose last status is remembered; who was heard of longest ago goes first. */
const mostTasks = 20_000;

/** A task, or a step of a pipeline by its key, that is active before what it needs is done. */
export interface Premature {
  readonly ns: string;
  readonly task: string;
  /** Null where nobody said who runs it. */
  readonly agent: string | null;
  /** What it needs and is known not to be done. */
  readonly missing: readonly string[];
}

/**
 * Knows from what agents say of tasks which began too early. What a task needs is compared with the last that any agent
 * of the namespace said of that: a need of which nobody said anything may have been done before anybody listened, so it
 * accuses nobody.
 */
export class Prerequisites {
  readonly #statuses = new Map<string, string | null>();
  /** Tasks that are active now, by agent. */
  readonly #active = new Map<string, ReadonlySet<string>>();
  #measures = false;

  /** Whether any agent has said what a task needs: before that nothing can be known. */
  get measures(): boolean {
    return this.#measures;
  }

  /** Takes note of what an agent says now; answers with the tasks that it has just begun, and should not have. */
  update(agent: Agent): Premature[] {
    const { ns, key, task, status, state } = agent;
    const said = tasksOf(state);
    if (task !== null) this.#note(keyOf(ns, task), status);
    for (const each of said) this.#note(keyOf(ns, each.id), each.status);
    if (said.length === 0) {
      this.#active.delete(key);
      return [];
    }
    if (said.some(({ needs }) => needs.length > 0)) this.#measures = true;
    const before = this.#active.get(key);
    const active = said.filter((each) => activityOf(each.status) === 'active');
    this.#active.set(key, new Set(active.map(({ id }) => id)));
    return active.flatMap(({ id, needs }) => {
      if (before?.has(id)) return [];
      const missing = needs.filter((need) => {
        const known = this.#statuses.get(keyOf(ns, need));
        return known !== undefined && !isDone(known);
      });
      return missing.length > 0 ? [{ ns, task: id, agent: agent.id, missing }] : [];
    });
  }

  remove(agentKey: string): void {
    this.#active.delete(agentKey);
  }

  clear(): void {
    this.#statuses.clear();
    this.#active.clear();
    this.#measures = false;
  }

  #note(task: string, status: string | null): void {
    this.#statuses.delete(task);
    this.#statuses.set(task, status);
    if (this.#statuses.size > mostTasks) this.#statuses.delete(this.#statuses.keys().next().value!);
  }
}
