import { isDeepStrictEqual } from 'node:util';
import { activityOf, endingOf } from '../protocol/activity.ts';
import type { HelloSeen } from '../protocol/snapshotItems.ts';
import { label } from '../protocol/decode.ts';
import { exceedsBytes } from '../protocol/json.ts';
import type { StateMessage } from '../protocol/messages.ts';
import { limits } from '../protocol/names.ts';
import { personRole } from '../protocol/person.ts';
import type { AgentSource, Liveness } from '../protocol/status.ts';
import { compareVersion } from '../protocol/version.ts';
import { HookRecord } from './hookRecord.ts';
import { livenessLimits, livenessOf } from './liveness.ts';
import type { Agent, Mail, Paused } from './picture.ts';
import { keyOf } from './sorting.ts';

/** What an update came to. `alive`: it said nothing new; `restarted`: a lower version was taken as a new run. */
export type Outcome = 'applied' | 'restarted' | 'alive' | 'stale' | 'divergent';

/** What of an agent others know. */
export interface AgentContext {
  pausedBy(agent: Agent): Paused | null;
  mailOf(agent: Agent): Mail | null;
  holdsAny(agent: Agent): boolean;
}

/** One agent: judges its updates by the version rule, and knows from its signs of life how it is. */
export class AgentRecord implements Agent {
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
  team: string | null = null;
  task: string | null = null;
  status: string | null = null;
  failedAt: number | null = null;
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
  /** The last state was read from where it is stored, so that an older one may come yet that was sent before it. */
  isStored = false;
  /** A person accepted that it was restarted: the next live update begins a new run, whatever its version. */
  awaitsRun = false;
  hook: HookRecord | null = null;
  /** It said that it ends. It is kept while something is left of it. */
  hasEnded = false;
  heardAt: number;
  activeAt: number;
  readonly #context: AgentContext;

  constructor(ns: string, id: string, source: AgentSource, now: number, context: AgentContext) {
    this.key = keyOf(ns, id);
    this.ns = ns;
    this.id = id;
    this.source = source;
    this.knownSince = now;
    this.heardAt = now;
    this.activeAt = now;
    this.#context = context;
  }

  get paused(): Paused | null {
    return this.isPerson ? null : this.#context.pausedBy(this);
  }

  get mail(): Mail | null {
    return this.#context.mailOf(this);
  }

  /** It is who sits at a keyboard, and neither works for anybody nor has to be there. */
  get isPerson(): boolean {
    return this.role === personRole;
  }

  /**
   * Applies an update that is newer, and says what it came to.
   * @param replaces it stands in the place of the one before, as those that the function library accepted do
   */
  judge(message: StateMessage, replaces: boolean, now: number): Outcome {
    if (!this.received) {
      this.accept(message, true, now);
      return 'applied';
    }
    if (this.awaitsRun && message.epoch >= this.wireEpoch) {
      this.accept(message, true, now);
      return 'restarted';
    }
    switch (compareVersion({ epoch: this.wireEpoch, ver: this.ver }, message)) {
      case 'new-epoch':
        this.accept(message, true, now);
        return 'applied';
      case 'newer':
        this.accept(message, replaces, now);
        return 'applied';
      case 'equal':
        if (!this.isSame(message)) return 'divergent';
        if (replaces) this.take(message.state);
        return 'alive';
      case 'older':
        // A plain agent has no epochs: when one that was given up speaks again at a lower version, it was restarted.
        // The silence is ours to have heard: by a publisher's clock that is slow, every stored state looks dead.
        if (message.epoch !== this.wireEpoch || now - (this.seenAt ?? this.knownSince) < livenessLimits.dead) {
          return 'stale';
        }
        this.epoch++;
        this.accept(message, true, now);
        return 'restarted';
    }
  }

  /** Takes over a state: merged into what is known of this run as the plain agents do it, or alone. */
  accept(message: StateMessage, alone: boolean, now: number): void {
    const merged = alone ? message.state : { ...this.state, ...message.state };
    // Merging for ever must not grow for ever.
    this.take(alone || !exceedsBytes(JSON.stringify(merged), limits.state) ? merged : message.state);
    this.failedAt = endingOf(this.status) === 'failed' ? (this.failedAt ?? now) : null;
    if (!this.received) this.epoch = this.wireEpoch = message.epoch;
    this.received = message.state;
    this.isStored = false;
    this.awaitsRun = false;
    if (!this.hook) this.source = 'state';
    this.hasEnded = false;
    const isNewRun = message.epoch !== this.wireEpoch;
    if (isNewRun) {
      this.wireEpoch = message.epoch;
      // From here on the wire's own epochs count again, above any that we opened.
      this.epoch = Math.max(message.epoch, this.epoch + 1);
    }
    this.ver = message.ver ?? (alone ? null : this.ver);
    this.host = message.host ?? this.host;
    this.parent = message.parent ?? this.parent;
    this.role = message.role ?? this.role;
    this.team = message.team ?? this.team;
    this.name = message.name ?? this.name;
    if (activityOf(this.status) === 'active') this.activeAt = now;
    this.liveness = this.livenessAt(now);
  }

  /** Takes over what it said of itself when it began. Its state is shown on until it publishes one of the new run. */
  greet({ epoch, parent, host, pid, role, team, name, hook }: HelloSeen, now: number): void {
    if (!this.received && epoch > this.epoch) this.epoch = this.wireEpoch = epoch;
    this.parent = parent ?? this.parent;
    this.host = host ?? this.host;
    this.role = role ?? this.role;
    this.team = team ?? this.team;
    this.name = name ?? this.name;
    this.hasEnded = false;
    if (hook) {
      this.hooked(now).greet(hook, pid);
    } else if (!this.hook) this.source = 'state';
  }

  /** What its hook tells of it, which has begun to. */
  hooked(now: number): HookRecord {
    this.source = 'hook';
    return (this.hook ??= new HookRecord(now));
  }

  /** Takes note of a sign of life that was given at a time; one that is told late changes nothing that came after it. */
  heard(at: number, now: number): void {
    this.seenAt = Math.max(at, this.seenAt ?? at);
    this.heardAt = this.seenAt;
    this.hook?.heard(at);
    if (activityOf(this.status) === 'active') this.activeAt = Math.max(at, this.activeAt);
    this.liveness = this.livenessAt(now);
  }

  livenessAt(now: number): Liveness {
    if (this.isPerson) return this.seenAt !== null && now - this.seenAt < livenessLimits.idle ? 'working' : 'idle';
    if (this.hasEnded) return 'dead';
    if (this.hook) return this.hook.livenessAt(this.heardAt, now);
    if (this.received || this.seenAt !== null) return livenessOf(this, now);
    // Nothing is known of it but its name; one that said hello once and is silent since has left at some time.
    return this.source !== 'lock' && now - this.heardAt >= livenessLimits.dead ? 'dead' : 'unknown';
  }

  /** Whether an update of the same version says what the last one said. */
  isSame(message: StateMessage): boolean {
    // A missing `ver` is a 0 like any other.
    return isDeepStrictEqual({ ver: 0, ...this.received }, { ver: 0, ...message.state });
  }

  /** Shows a state. From a merged one, a task that was set to null is gone and one that was not named stays. */
  take(state: Record<string, unknown>): void {
    this.state = state;
    this.task = label(state['task']);
    this.status = label(state['status']);
  }
}
