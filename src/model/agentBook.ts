import { ancestorsByName } from '../protocol/overlap.ts';
import type { Doing } from '../protocol/phases.ts';
import type { HelloSeen } from '../protocol/snapshotItems.ts';
import type { StateMessage } from '../protocol/messages.ts';
import type { AgentSource } from '../protocol/status.ts';
import { compareVersion } from '../protocol/version.ts';
import { AgentRecord, type AgentContext, type Outcome } from './agentRecord.ts';
import { AgentShelf } from './agentShelf.ts';
import type { Agent } from './picture.ts';
import { livenessLimits } from './liveness.ts';
import { ProcessWatch, type Processes } from './processWatch.ts';
import { keyOf } from './sorting.ts';

/** Stale updates in a row after which a silent agent has probably been restarted. */
export const staleRunLimit = 5;

/** All agents, at most `max`; the one unheard for longest makes room. */
export class AgentBook {
  readonly #context: AgentContext;
  readonly #processes: ProcessWatch | null;
  readonly #shelf: AgentShelf;

  /** @param processes those of this machine, where it is known whose they are */
  constructor(max: number, context: AgentContext, processes: Processes | null = null) {
    this.#shelf = new AgentShelf(max);
    this.#context = context;
    this.#processes = processes && new ProcessWatch(processes);
  }

  get all(): readonly Agent[] {
    return this.#shelf.sorted;
  }

  /** How many were dropped for want of room. */
  get evicted(): number {
    return this.#shelf.evicted;
  }

  get size(): number {
    return this.#shelf.size;
  }

  /** How many a namespace has, with those that had to make room. */
  countOf(ns: string): number {
    return this.#shelf.countOf(ns);
  }

  /** What people call an agent, by its key; undefined where it has no name. */
  nameOf(key: string): string | undefined {
    return this.#shelf.nameOf(key);
  }

  get(key: string): Agent | undefined {
    return this.#shelf.get(key);
  }

  /** How many stale updates in a row an agent has sent. */
  staleRunOf(key: string): number {
    return this.#shelf.get(key)?.staleRun ?? 0;
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
    const overtaken = at < now || this.#shelf.get(keyOf(ns, message.agentId))?.isStored === true;
    return this.#update(ns, message, { replaces: true, late: overtaken, at }, now, changed);
  }

  /**
   * Applies what was stored: it may be news, but it is no sign of life and, being old, no stale update either.
   * @param replaces the function library stored it
   */
  applyStored(ns: string, message: StateMessage, replaces: boolean, now: number, changed: Set<string>): boolean {
    const known = this.#shelf.get(keyOf(ns, message.agentId));
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
    const known = this.#shelf.known(ns, hello.agent, now, changed);
    if (!known && at === null && !this.#shelf.hasRoom()) return;
    const record = known ?? this.#add(ns, hello.agent, 'state', now, changed);
    record.greet(hello, now);
    this.#shelf.touchNames();
    if (at !== null) this.#heard(record, at, now);
    record.liveness = record.livenessAt(now);
    changed.add(record.key);
  }

  /** An agent did something at a time. Nothing happens where it is not known. */
  heard(ns: string, id: string, at: number, now: number, changed: Set<string>): void {
    const record = this.#shelf.known(ns, id, now, changed);
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
    const record =
      this.#shelf.known(ns, id, now, changed) ?? (adds ? this.#add(ns, id, 'hook', now, changed) : undefined);
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
    for (const record of this.#shelf.each()) {
      if (record.ns !== ns || (record.id !== id && !record.id.startsWith(`${id}/`))) continue;
      if (!record.hook) continue;
      record.hasEnded = true;
      record.liveness = 'dead';
      changed.add(record.key);
      if (!record.received && !this.#context.holdsAny(record)) this.#shelf.remove(record.key, changed);
    }
  }

  /** Ends those of a namespace that had a hook and are not among these any more. */
  endOthers(ns: string, ids: ReadonlySet<string>, changed: Set<string>): void {
    for (const record of this.#shelf.each()) {
      if (record.ns === ns && record.hook && !ids.has(record.id)) this.end(ns, record.id, changed);
    }
  }

  /** Takes the next update of this agent as the first of a new run, whatever its version. */
  openRun(key: string, now: number): boolean {
    const record = this.#shelf.get(key);
    if (!record?.received) return false;
    record.awaitsRun = true;
    record.staleRun = 0;
    record.epoch++;
    record.liveness = record.livenessAt(now);
    return true;
  }

  /** Makes sure that the holder of a lock is an agent. */
  addHolder(ns: string, id: string, now: number, changed: Set<string>): void {
    if (this.#shelf.known(ns, id, now, changed) || !this.#shelf.hasRoom()) return;
    changed.add(this.#add(ns, id, 'lock', now, changed).key);
  }

  /** Forgets an agent of which nothing is left now that it holds nothing any more: it was known only by that, or has ended. */
  dropHolder(key: string, changed: Set<string>): void {
    const record = this.#shelf.get(key);
    if (!record) return;
    if (record.source === 'lock' || (record.hasEnded && !record.received)) this.#shelf.remove(key, changed);
  }

  /** Lets time pass. Keys of agents whose liveness changed are added to `changed`. */
  tick(now: number, changed: Set<string>): void {
    this.#processes?.look(this.#shelf.each(), now, changed);
    for (const record of this.#shelf.each()) {
      if (this.#isOver(record, now)) {
        this.#shelf.forget(record, changed);
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
    for (const record of this.#shelf.each()) {
      record.heardAt = Math.min(record.heardAt + ms, now);
      record.activeAt = Math.min(record.activeAt + ms, now);
      record.liveness = record.livenessAt(now);
      changed.add(record.key);
    }
  }

  clear(): void {
    this.#shelf.clear();
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
      this.#shelf.known(ns, message.agentId, now, changed) ?? this.#add(ns, message.agentId, 'state', now, changed);
    if (message.name !== null && message.name !== record.name) this.#shelf.touchNames();
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
    if (at >= now) this.#shelf.refresh(record);
  }

  /** A child runs in the process of its parents, which lives as long as it does. */
  #tellParents({ ns, id, parent }: AgentRecord, at: number): void {
    for (const name of [...(parent === null ? [] : [parent]), ...ancestorsByName(id)]) {
      const hook = this.#shelf.get(keyOf(ns, name))?.hook;
      if (hook) hook.childHeardAt = Math.max(hook.childHeardAt, at);
    }
  }

  /**
   * Whether nothing is left of an agent that never said that it ends: of a session that has been gone for long, or of a
   * person who has not been heard for a while.
   */
  #isOver(record: AgentRecord, now: number): boolean {
    const { hook, received, heardAt, seenAt } = record;
    if (record.isPerson) {
      return (seenAt === null || now - seenAt >= livenessLimits.dead) && !this.#context.holdsAny(record);
    }
    return hook !== null && !received && hook.isForgotten(heardAt, now) && !this.#context.holdsAny(record);
  }

  #add(ns: string, id: string, source: AgentSource, now: number, changed: Set<string>): AgentRecord {
    return this.#shelf.add(new AgentRecord(ns, id, source, now, this.#context), changed);
  }
}
