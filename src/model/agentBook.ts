import { isDeepStrictEqual } from 'node:util';
import { activityOf } from '../protocol/activity.ts';
import { label } from '../protocol/decode.ts';
import { exceedsBytes } from '../protocol/json.ts';
import type { StateMessage } from '../protocol/messages.ts';
import { limits } from '../protocol/names.ts';
import type { AgentSource, Liveness } from '../protocol/status.ts';
import { compareVersion } from '../protocol/version.ts';
import { livenessLimits, livenessOf } from './liveness.ts';
import type { Agent } from './picture.ts';
import { byText, keyOf } from './sorting.ts';

/** However many are asked for. */
const mostAgents = 10_000;

/** What an update came to. `alive`: it said nothing new; `restarted`: a lower version was taken as a new run. */
export type Outcome = 'applied' | 'restarted' | 'alive' | 'stale' | 'divergent';

/** Stale updates in a row after which a silent agent has probably been restarted. */
export const staleRunLimit = 5;

class AgentRecord implements Agent {
  readonly key: string;
  readonly ns: string;
  readonly id: string;
  readonly knownSince: number;
  name = '';
  source: AgentSource;
  liveness: Liveness = 'unknown';
  host: string | null = null;
  parent: string | null = null;
  role: string | null = null;
  task: string | null = null;
  status: string | null = null;
  epoch = 0;
  ver: number | null = null;
  state: Record<string, unknown> = {};
  seenAt: number | null = null;
  stale = 0;
  /** Stale updates since the last that was not. */
  staleRun = 0;
  /** The epoch as it stands on the wire; `epoch` is higher where we opened one for a restarted plain agent. */
  wireEpoch = 0;
  /** The last state as it came, before it was merged: what an update of the same version is compared with. */
  received: Record<string, unknown> | null = null;
  /** A person accepted that it was restarted: the next live update begins a new run, whatever its version. */
  awaitsRun = false;
  heardAt: number;
  activeAt: number;

  constructor(ns: string, id: string, source: AgentSource, now: number) {
    this.key = keyOf(ns, id);
    this.ns = ns;
    this.id = id;
    this.source = source;
    this.knownSince = now;
    this.heardAt = now;
    this.activeAt = now;
  }
}

/** All agents, at most `max`; the one unheard for longest makes room. Owns the version rule's verdicts and liveness. */
export class AgentBook {
  readonly #max: number;
  /** In the order of their last signs of life, oldest first. */
  readonly #records = new Map<string, AgentRecord>();
  #sorted: readonly Agent[] | undefined;
  #evicted = 0;

  constructor(max: number) {
    // A setting's limits only warn whoever types it.
    this.#max = Math.min(Math.max(Math.floor(max) || mostAgents, 1), mostAgents);
  }

  get all(): readonly Agent[] {
    return (this.#sorted ??= [...this.#records.values()].sort((a, b) => byText(a.ns, b.ns) || byText(a.id, b.id)));
  }

  /** How many were dropped for want of room. */
  get evicted(): number {
    return this.#evicted;
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
    const known = this.#records.get(keyOf(ns, message.agentId));
    if (!known?.received) {
      const record = known ?? this.#add(ns, message.agentId, 'state', now, changed);
      this.#accept(record, message, now, true);
      this.#heard(record, now);
      changed.add(record.key);
      return 'applied';
    }
    const judged = this.#judge(known, message, now);
    const outcome = held && judged === 'stale' ? 'alive' : judged;
    if (outcome === 'stale') {
      known.stale++;
      known.staleRun++;
    } else if (outcome !== 'divergent') {
      known.staleRun = 0;
      this.#heard(known, now);
    }
    known.liveness = this.#liveness(known, now);
    changed.add(known.key);
    return outcome;
  }

  /** Applies what was stored: it may be news, but it is no sign of life and, being old, no stale update either. */
  applyStored(ns: string, message: StateMessage, now: number, changed: Set<string>): boolean {
    const known = this.#records.get(keyOf(ns, message.agentId));
    if (known?.received) {
      const order = compareVersion({ epoch: known.wireEpoch, ver: known.ver }, message);
      // Without versions, what was heard is later than what was stored.
      if (
        order === 'equal' ||
        order === 'older' ||
        (known.awaitsRun && order === 'newer') ||
        (known.ver === null && known.seenAt !== null)
      )
        return false;
      this.#accept(known, message, now, order === 'new-epoch');
      changed.add(known.key);
      return true;
    }
    const record = known ?? this.#add(ns, message.agentId, 'state', now, changed);
    // The publisher's stamp tells how old it is; a clock that runs ahead of ours tells nothing.
    record.heardAt = Math.min(message.ts ?? now, now);
    record.activeAt = record.heardAt;
    this.#accept(record, message, now, true);
    changed.add(record.key);
    return true;
  }

  /** Takes the next update of this agent as the first of a new run, whatever its version. */
  openRun(key: string, now: number): boolean {
    const record = this.#records.get(key);
    if (!record?.received) return false;
    record.awaitsRun = true;
    record.staleRun = 0;
    record.epoch++;
    record.liveness = this.#liveness(record, now);
    return true;
  }

  /** Makes sure that the holder of a lock is an agent. Returns whether it was unknown. */
  addHolder(ns: string, id: string, now: number, changed: Set<string>): boolean {
    if (this.#records.has(keyOf(ns, id))) return false;
    // Who only holds a lock never takes the place of one who publishes.
    if (this.#records.size >= this.#max && !this.#oldestHolder()) {
      this.#evicted++;
      return false;
    }
    changed.add(this.#add(ns, id, 'lock', now, changed).key);
    return true;
  }

  /** Forgets agents that are known only by a lock and hold none any more. */
  dropIdleHolders(isHolder: (agent: Agent) => boolean, changed: Set<string>): void {
    for (const record of this.#records.values()) {
      if (record.source === 'lock' && !isHolder(record)) {
        this.#records.delete(record.key);
        this.#sorted = undefined;
        changed.add(record.key);
      }
    }
  }

  /** Lets time pass. Keys of agents whose liveness changed are added to `changed`. */
  tick(now: number, changed: Set<string>): void {
    for (const record of this.#records.values()) {
      const liveness = this.#liveness(record, now);
      if (liveness === record.liveness) continue;
      record.liveness = liveness;
      changed.add(record.key);
    }
  }

  clear(): void {
    this.#records.clear();
    this.#sorted = undefined;
    this.#evicted = 0;
  }

  #judge(known: AgentRecord, message: StateMessage, now: number): Outcome {
    if (known.awaitsRun && message.epoch >= known.wireEpoch) {
      this.#accept(known, message, now, true);
      return 'restarted';
    }
    switch (compareVersion({ epoch: known.wireEpoch, ver: known.ver }, message)) {
      case 'new-epoch':
        this.#accept(known, message, now, true);
        return 'applied';
      case 'newer':
        this.#accept(known, message, now, false);
        return 'applied';
      case 'equal':
        // A missing `ver` is a 0 like any other.
        return isDeepStrictEqual({ ver: 0, ...known.received }, { ver: 0, ...message.state }) ? 'alive' : 'divergent';
      case 'older':
        // A plain agent has no epochs: when one that was given up speaks again at a lower version, it was restarted.
        // The silence is ours to have heard: by a publisher's clock that is slow, every stored state looks dead.
        if (message.epoch !== known.wireEpoch || now - (known.seenAt ?? known.knownSince) < livenessLimits.dead) {
          return 'stale';
        }
        known.epoch++;
        this.#accept(known, message, now, true);
        return 'restarted';
    }
  }

  /** Takes over a state: merged into what is known of this run as the plain agents do it, or alone at a run's start. */
  #accept(record: AgentRecord, message: StateMessage, now: number, fresh: boolean): void {
    const merged = fresh ? message.state : { ...record.state, ...message.state };
    // Merging for ever must not grow for ever.
    record.state = fresh || !exceedsBytes(JSON.stringify(merged), limits.state) ? merged : message.state;
    record.received = message.state;
    record.awaitsRun = false;
    record.source = 'state';
    if (message.epoch !== record.wireEpoch) {
      record.wireEpoch = message.epoch;
      // From here on the wire's own epochs count again, above any that we opened.
      record.epoch = Math.max(message.epoch, record.epoch + 1);
    }
    record.ver = message.ver ?? (fresh ? null : record.ver);
    // From the merged state, so that a task that was set to null is gone and one that was not named stays.
    record.task = label(record.state['task']);
    record.status = label(record.state['status']);
    record.host = message.host ?? record.host;
    record.parent = message.parent ?? record.parent;
    record.role = message.role ?? record.role;
    record.name = message.name ?? record.name;
    if (activityOf(record.status) === 'active') record.activeAt = now;
    record.liveness = this.#liveness(record, now);
  }

  #heard(record: AgentRecord, now: number): void {
    record.seenAt = now;
    record.heardAt = now;
    if (activityOf(record.status) === 'active') record.activeAt = now;
    record.liveness = this.#liveness(record, now);
    this.#records.delete(record.key);
    this.#records.set(record.key, record);
  }

  #liveness(record: AgentRecord, now: number): Liveness {
    return record.source === 'lock' ? 'unknown' : livenessOf(record, now);
  }

  /** The key of an agent known only by its lock, other than `except`: the first to make room. */
  #oldestHolder(except?: AgentRecord): string | undefined {
    for (const record of this.#records.values()) {
      if (record.source === 'lock' && record !== except) return record.key;
    }
    return undefined;
  }

  #add(ns: string, id: string, source: AgentSource, now: number, changed: Set<string>): AgentRecord {
    const record = new AgentRecord(ns, id, source, now);
    this.#records.set(record.key, record);
    if (this.#records.size > this.#max) {
      const oldest = this.#oldestHolder(record) ?? this.#records.keys().next().value!;
      this.#records.delete(oldest);
      this.#evicted++;
      changed.add(oldest);
    }
    this.#sorted = undefined;
    return record;
  }
}
