import { ancestorsByName } from '../protocol/overlap.ts';
import type { Doing } from '../protocol/phases.ts';
import type { HelloSeen } from '../protocol/snapshotItems.ts';
import type { StateMessage } from '../protocol/messages.ts';
import type { AgentSource } from '../protocol/status.ts';
import { compareVersion } from '../protocol/version.ts';
import { AgentRecord, type Outcome } from './agentRecord.ts';
import { namesOf } from './names.ts';
import type { Agent, Paused } from './picture.ts';
import { ProcessWatch, type Processes } from './processWatch.ts';
import { byText, keyOf } from './sorting.ts';

/** However many are asked for. */
const mostAgents = 10_000;

/** How many are remembered that are no longer listed. */
const mostForgotten = 1_000;

/** Stale updates in a row after which a silent agent has probably been restarted. */
export const staleRunLimit = 5;

/** What of an agent others know. */
export interface AgentContext {
  pausedBy(agent: Agent): Paused | null;
  holdsAny(agent: Agent): boolean;
}

/** All agents, at most `max`; the one unheard for longest makes room. */
export class AgentBook {
  readonly #max: number;
  readonly #context: AgentContext;
  readonly #processes: ProcessWatch | null;
  /** Those who have been dead for so long that they are no longer listed, should one of them speak again. */
  readonly #forgotten = new Map<string, AgentRecord>();
  /** In the order of their last signs of life, oldest first. */
  readonly #records = new Map<string, AgentRecord>();
  #sorted: readonly Agent[] | undefined;
  #names: ReadonlyMap<string, string> | undefined;
  #evicted = 0;

  /** @param processes those of this machine, where it is known whose they are */
  constructor(max: number, context: AgentContext, processes: Processes | null = null) {
    // A setting's limits only warn whoever types it.
    this.#max = Math.min(Math.max(Math.floor(max) || mostAgents, 1), mostAgents);
    this.#context = context;
    this.#processes = processes && new ProcessWatch(processes);
  }

  get all(): readonly Agent[] {
    return (this.#sorted ??= [...this.#records.values()].sort((a, b) => byText(a.ns, b.ns) || byText(a.id, b.id)));
  }

  /** How many were dropped for want of room. */
  get evicted(): number {
    return this.#evicted;
  }

  /** What people call an agent, by its key; undefined where it has no name. */
  nameOf(key: string): string | undefined {
    return (this.#names ??= namesOf(this.all)).get(key);
  }

  get(key: string): Agent | undefined {
    return this.#records.get(key);
  }

  /** How many stale updates in a row an agent has sent. */
  staleRunOf(key: string): number {
    return this.#records.get(key)?.staleRun ?? 0;
  }

  /**
   * Applies a live update by the version rule. Keys of agents that changed or had to make room are added to `changed`.
   * @param held it came while the stored states were being read, so an older version may just have been overtaken
   */
  apply(ns: string, message: StateMessage, held: boolean, now: number, changed: Set<string>): Outcome {
    return this.#update(ns, message, { replaces: false, late: held, at: now }, now, changed);
  }

  /**
   * As {@link apply}, of a state that the function library accepted.
   * @param at when, which is now unless it is told late
   */
  applyAccepted(ns: string, message: StateMessage, at: number, now: number, changed: Set<string>): Outcome {
    const overtaken = at < now || this.#records.get(keyOf(ns, message.agentId))?.isStored === true;
    return this.#update(ns, message, { replaces: true, late: overtaken, at }, now, changed);
  }

  /**
   * Applies what was stored: it may be news, but it is no sign of life and, being old, no stale update either.
   * @param replaces the function library stored it
   */
  applyStored(ns: string, message: StateMessage, replaces: boolean, now: number, changed: Set<string>): boolean {
    const known = this.#records.get(keyOf(ns, message.agentId));
    if (known?.received) {
      const order = compareVersion({ epoch: known.wireEpoch, ver: known.ver }, message);
      // It may have been read, and merged, as a plain one before.
      if (order === 'equal' && replaces && known.isSame(message)) {
        known.take(message.state);
        changed.add(known.key);
      }
      // Without versions, what was heard is later than what was stored.
      if (
        order === 'equal' ||
        order === 'older' ||
        (known.awaitsRun && order === 'newer') ||
        (known.ver === null && known.seenAt !== null)
      )
        return false;
      known.accept(message, order === 'new-epoch' || replaces, now);
      known.isStored = true;
      changed.add(known.key);
      return true;
    }
    const record = known ?? this.#add(ns, message.agentId, 'state', now, changed);
    // The publisher's stamp tells how old it is; a clock that runs ahead of ours tells nothing.
    if (record.seenAt === null) {
      record.heardAt = Math.min(message.ts ?? now, now);
      record.activeAt = record.heardAt;
    }
    record.accept(message, true, now);
    record.isStored = true;
    changed.add(record.key);
    return true;
  }

  /** Takes over what an agent says of itself when it begins. It is no sign of life where it is only read. */
  greet(ns: string, hello: HelloSeen, at: number | null, now: number, changed: Set<string>): void {
    const known = this.#known(ns, hello.agent, now, changed);
    if (!known && at === null && !this.#hasRoom()) return;
    const record = known ?? this.#add(ns, hello.agent, 'state', now, changed);
    record.greet(hello, now);
    this.#names = undefined;
    if (at !== null) this.#heard(record, at, now);
    record.liveness = record.livenessAt(now);
    changed.add(record.key);
  }

  /** An agent did something at a time. Nothing happens where it is not known. */
  heard(ns: string, id: string, at: number, now: number, changed: Set<string>): void {
    const record = this.#records.get(keyOf(ns, id));
    if (!record) return;
    this.#heard(record, at, now);
    changed.add(record.key);
  }

  /**
   * Takes over what an agent's hook says that it does, at a time.
   * @param told when it began to, where that is told, and the time by the clock of the server, which alone says what came later
   * @param adds whether an agent that is not known is one from now on
   * @returns whether it is another liveness or tool than before
   */
  doing(
    ns: string,
    id: string,
    doing: Doing,
    told: { since: number | null; stamp: number },
    at: number,
    now: number,
    adds: boolean,
    changed: Set<string>,
  ): boolean {
    const record = this.#known(ns, id, now, changed) ?? (adds ? this.#add(ns, id, 'hook', now, changed) : undefined);
    if (!record) return false;
    const before = `${record.liveness} ${record.hook?.tool}`;
    record.hooked(now).tell(doing, told, at);
    record.hasEnded = false;
    this.#heard(record, at, now);
    changed.add(record.key);
    return before !== `${record.liveness} ${record.hook?.tool}`;
  }

  /** An agent ends, and its children with it. Who holds something still, or has published a state, is shown as dead. */
  end(ns: string, id: string, changed: Set<string>): void {
    for (const record of [...this.#records.values()]) {
      if (record.ns !== ns || (record.id !== id && !record.id.startsWith(`${id}/`))) continue;
      if (!record.hook) continue;
      record.hasEnded = true;
      record.liveness = 'dead';
      changed.add(record.key);
      if (!record.received && !this.#context.holdsAny(record)) this.#remove(record.key, changed);
    }
  }

  /** Ends those of a namespace that had a hook and are not among these any more. */
  endOthers(ns: string, ids: ReadonlySet<string>, changed: Set<string>): void {
    for (const record of [...this.#records.values()]) {
      if (record.ns === ns && record.hook && !ids.has(record.id)) this.end(ns, record.id, changed);
    }
  }

  /** Takes the next update of this agent as the first of a new run, whatever its version. */
  openRun(key: string, now: number): boolean {
    const record = this.#records.get(key);
    if (!record?.received) return false;
    record.awaitsRun = true;
    record.staleRun = 0;
    record.epoch++;
    record.liveness = record.livenessAt(now);
    return true;
  }

  /** Makes sure that the holder of a lock is an agent. */
  addHolder(ns: string, id: string, now: number, changed: Set<string>): void {
    if (this.#records.has(keyOf(ns, id)) || !this.#hasRoom()) return;
    changed.add(this.#add(ns, id, 'lock', now, changed).key);
  }

  /** Forgets an agent of which nothing is left now that it holds nothing any more: it was known only by that, or has ended. */
  dropHolder(key: string, changed: Set<string>): void {
    const record = this.#records.get(key);
    if (!record) return;
    if (record.source === 'lock' || (record.hasEnded && !record.received)) this.#remove(key, changed);
  }

  /** Lets time pass. Keys of agents whose liveness changed are added to `changed`. */
  tick(now: number, changed: Set<string>): void {
    this.#processes?.look(this.#records.values(), now, changed);
    for (const record of [...this.#records.values()]) {
      if (this.#isOver(record, now)) {
        this.#remove(record.key, changed);
        this.#forgotten.set(record.key, record);
        if (this.#forgotten.size > mostForgotten) this.#forgotten.delete(this.#forgotten.keys().next().value!);
        continue;
      }
      const liveness = record.livenessAt(now);
      if (liveness === record.liveness) continue;
      record.liveness = liveness;
      changed.add(record.key);
    }
  }

  /** Nobody could be heard for so long, in ms: of that silence nothing follows. */
  excuse(ms: number, now: number, changed: Set<string>): void {
    for (const record of this.#records.values()) {
      record.heardAt = Math.min(record.heardAt + ms, now);
      record.activeAt = Math.min(record.activeAt + ms, now);
      record.liveness = record.livenessAt(now);
      changed.add(record.key);
    }
  }

  clear(): void {
    this.#records.clear();
    this.#forgotten.clear();
    this.#touchList();
    this.#evicted = 0;
  }

  /** @param how `late`: an older version is no stale update, since one that came after it was known first */
  #update(
    ns: string,
    message: StateMessage,
    how: { replaces: boolean; late: boolean; at: number },
    now: number,
    changed: Set<string>,
  ): Outcome {
    const record =
      this.#known(ns, message.agentId, now, changed) ?? this.#add(ns, message.agentId, 'state', now, changed);
    if (message.name !== null && message.name !== record.name) this.#names = undefined;
    const judged = record.judge(message, how.replaces, how.at);
    const outcome = how.late && judged === 'stale' ? 'alive' : judged;
    if (outcome === 'stale') {
      record.stale++;
      record.staleRun++;
    } else if (outcome !== 'divergent') {
      record.staleRun = 0;
      this.#heard(record, how.at, now);
    }
    record.liveness = record.livenessAt(now);
    changed.add(record.key);
    return outcome;
  }

  #heard(record: AgentRecord, at: number, now: number): void {
    record.heard(at, now);
    if (record.hook) this.#tellParents(record, at);
    if (at < now) return;
    this.#records.delete(record.key);
    this.#records.set(record.key, record);
  }

  /** A child runs in the process of its parents, which lives as long as it does. */
  #tellParents({ ns, id, parent }: AgentRecord, at: number): void {
    for (const name of [...(parent === null ? [] : [parent]), ...ancestorsByName(id)]) {
      const hook = this.#records.get(keyOf(ns, name))?.hook;
      if (hook) hook.childHeardAt = Math.max(hook.childHeardAt, at);
    }
  }

  /** Whether a session that never said that it ends has been gone for long, and nothing is left of it. */
  #isOver(record: AgentRecord, now: number): boolean {
    const { hook, received, heardAt } = record;
    return hook !== null && !received && hook.isForgotten(heardAt, now) && !this.#context.holdsAny(record);
  }

  /** An agent that is known, or was and is listed again. */
  #known(ns: string, id: string, now: number, changed: Set<string>): AgentRecord | undefined {
    const key = keyOf(ns, id);
    const known = this.#records.get(key);
    const forgotten = known ? undefined : this.#forgotten.get(key);
    if (!forgotten) return known;
    this.#forgotten.delete(key);
    forgotten.heardAt = now;
    return this.#enter(forgotten, changed);
  }

  #remove(key: string, changed: Set<string>): void {
    this.#records.delete(key);
    this.#touchList();
    changed.add(key);
  }

  #touchList(): void {
    this.#sorted = undefined;
    this.#names = undefined;
  }

  /** Whether there is room for who has not been heard: it never takes the place of one who publishes. */
  #hasRoom(): boolean {
    if (this.#records.size < this.#max || this.#oldestHolder() !== undefined) return true;
    this.#evicted++;
    return false;
  }

  /** The key of an agent known only by its lock, other than `except`: the first to make room. */
  #oldestHolder(except?: AgentRecord): string | undefined {
    for (const record of this.#records.values()) {
      if (record.source === 'lock' && record !== except) return record.key;
    }
    return undefined;
  }

  #add(ns: string, id: string, source: AgentSource, now: number, changed: Set<string>): AgentRecord {
    const record = new AgentRecord(ns, id, source, now, (agent) => this.#context.pausedBy(agent));
    return this.#enter(record, changed);
  }

  #enter(record: AgentRecord, changed: Set<string>): AgentRecord {
    this.#records.set(record.key, record);
    if (this.#records.size > this.#max) {
      const oldest = this.#oldestHolder(record) ?? this.#records.keys().next().value!;
      this.#records.delete(oldest);
      this.#evicted++;
      changed.add(oldest);
    }
    this.#touchList();
    return record;
  }
}
