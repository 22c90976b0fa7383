import type { AgentRecord } from './agentRecord.ts';
import { namesOf } from './names.ts';
import type { Agent } from './picture.ts';
import { byText, keyOf } from './sorting.ts';

/** However many are asked for. */
const mostAgents = 10_000;

/** How many are remembered that are no longer listed. */
const mostForgotten = 1_000;

/** The records of agents, at most `max`; the one unheard for longest makes room. */
export class AgentShelf {
  readonly #max: number;
  /** Those who have been dead for so long that they are no longer listed, should one of them speak again. */
  readonly #forgotten = new Map<string, AgentRecord>();
  /** In the order of their last signs of life, oldest first. */
  readonly #records = new Map<string, AgentRecord>();
  #sorted: readonly Agent[] | undefined;
  #names: ReadonlyMap<string, string> | undefined;
  #evicted = 0;
  readonly #evictedOf = new Map<string, number>();

  constructor(max: number) {
    // A setting's limits only warn whoever types it.
    this.#max = Math.min(Math.max(Math.floor(max) || mostAgents, 1), mostAgents);
  }

  /** Sorted by namespace and id. */
  get sorted(): readonly Agent[] {
    return (this.#sorted ??= [...this.#records.values()].sort((a, b) => byText(a.ns, b.ns) || byText(a.id, b.id)));
  }

  /** How many were dropped for want of room. */
  get evicted(): number {
    return this.#evicted;
  }

  get size(): number {
    return this.#records.size;
  }

  /** How many of a namespace there are, or would be if there were room. */
  countOf(ns: string): number {
    let count = this.#evictedOf.get(ns) ?? 0;
    for (const record of this.#records.values()) if (record.ns === ns) count++;
    return count;
  }

  /** What people call an agent, by its key; undefined where it has no name. */
  nameOf(key: string): string | undefined {
    return (this.#names ??= namesOf(this.sorted)).get(key);
  }

  /** A name has changed. */
  touchNames(): void {
    this.#names = undefined;
  }

  get(key: string): AgentRecord | undefined {
    return this.#records.get(key);
  }

  /** As they are now: whoever is removed meanwhile still comes. */
  each(): readonly AgentRecord[] {
    return [...this.#records.values()];
  }

  /** An agent that is known, or was and is listed again. */
  known(ns: string, id: string, now: number, changed: Set<string>): AgentRecord | undefined {
    const key = keyOf(ns, id);
    const known = this.#records.get(key);
    const forgotten = known ? undefined : this.#forgotten.get(key);
    if (!forgotten) return known;
    this.#forgotten.delete(key);
    forgotten.heardAt = now;
    return this.add(forgotten, changed);
  }

  /** Lists an agent; the key of one that had to make room is added to `changed`. */
  add(record: AgentRecord, changed: Set<string>): AgentRecord {
    this.#records.set(record.key, record);
    if (this.#records.size > this.#max) {
      const oldest = this.#oldestHolder(record) ?? this.#records.keys().next().value!;
      const { ns } = this.#records.get(oldest)!;
      this.#evictedOf.set(ns, (this.#evictedOf.get(ns) ?? 0) + 1);
      this.#records.delete(oldest);
      this.#evicted++;
      changed.add(oldest);
    }
    this.#touch();
    return record;
  }

  /** An agent was heard just now: it is the last to make room. */
  refresh(record: AgentRecord): void {
    this.#records.delete(record.key);
    this.#records.set(record.key, record);
  }

  remove(key: string, changed: Set<string>): void {
    this.#records.delete(key);
    this.#touch();
    changed.add(key);
  }

  /** Takes an agent off the list, and remembers it. */
  forget(record: AgentRecord, changed: Set<string>): void {
    this.remove(record.key, changed);
    this.#forgotten.set(record.key, record);
    if (this.#forgotten.size > mostForgotten) this.#forgotten.delete(this.#forgotten.keys().next().value!);
  }

  /** Whether there is room for who has not been heard: it never takes the place of one who publishes. */
  hasRoom(): boolean {
    if (this.#records.size < this.#max || this.#oldestHolder() !== undefined) return true;
    this.#evicted++;
    return false;
  }

  clear(): void {
    this.#records.clear();
    this.#forgotten.clear();
    this.#touch();
    this.#evicted = 0;
    this.#evictedOf.clear();
  }

  #touch(): void {
    this.#sorted = undefined;
    this.#names = undefined;
  }

  /** The key of an agent known only by its lock, other than `except`: the first to make room. */
  #oldestHolder(except?: AgentRecord): string | undefined {
    for (const record of this.#records.values()) {
      if (record.source === 'lock' && record !== except) return record.key;
    }
    return undefined;
  }
}
