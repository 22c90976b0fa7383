import type { Doing, HookHello, Phase } from '../protocol/phases.ts';
import { deathOf, hookLiveness, livenessLimits, type HookSigns, type Presence } from './liveness.ts';
import type { Liveness } from '../protocol/status.ts';
import type { Hooked } from './picture.ts';

/** What a call that was under way when a process ended may be late, in ms. */
const lateness = 5_000;

/** Two beginnings of one phase that are no further apart are the same, in ms: clocks are compared only so finely. */
const sameBeginning = 250;

/** What the hook of one agent told of it; times by the observer's clock. */
export class HookRecord implements Hooked {
  by = '';
  branch: string | null = null;
  root: string | null = null;
  pid: string | null = null;
  phase: Phase | null = null;
  tool: string | null = null;
  since: number;
  toolSince: number;
  presence: Presence = 'unknown';
  /** It was heard although its process was not found, so that the number is one of another place. */
  isElsewhere = false;
  /** The last that was heard of a child of it, which runs in the same process. */
  childHeardAt = -Infinity;
  #stamp = -Infinity;
  #goneAt = -Infinity;

  constructor(now: number) {
    this.since = now;
    this.toolSince = now;
  }

  greet({ by, branch, root }: HookHello, pid: string | null): void {
    this.by = by;
    this.branch = branch ?? this.branch;
    this.root = root ?? this.root;
    if (pid === null || pid === this.pid) return;
    this.pid = pid;
    this.presence = 'unknown';
    this.isElsewhere = false;
  }

  /**
   * What it does, told at a time; what comes late changes nothing that came after it.
   * @param told when the phase began, where that is told, and the time by the clock of the server: by ours, what is read
   * from the history would be older than what was heard before it, which was under way for a while
   */
  tell({ phase, tool }: Doing, { since, stamp }: { since: number | null; stamp: number }, at: number): void {
    if (stamp < this.#stamp) return;
    this.#stamp = stamp;
    // The same beginning, told again, is another by our clock only because that is compared with the server's anew.
    if (phase !== this.phase || (since !== null && Math.abs(since - this.since) > sameBeginning))
      this.since = since ?? at;
    if (tool !== this.tool || phase !== this.phase) this.toolSince = at;
    this.phase = phase;
    this.tool = tool;
  }

  /** It was heard, by which its process is there, or was a moment ago. */
  heard(at: number): void {
    if (this.presence !== 'gone' || at - this.#goneAt <= lateness) return;
    this.presence = 'unknown';
    this.isElsewhere = true;
  }

  /** Its process was looked for; answers whether that is news. */
  look(isAlive: boolean, now: number): boolean {
    const presence = isAlive ? 'there' : 'gone';
    if (presence === this.presence) return false;
    if (!isAlive) this.#goneAt = now;
    this.presence = presence;
    return true;
  }

  livenessAt(heardAt: number, now: number): Liveness {
    return hookLiveness(this.#signs(heardAt), now);
  }

  /** Whether it has been dead for so long that nobody looks for it any more. */
  isForgotten(heardAt: number, now: number): boolean {
    return now >= deathOf(this.#signs(heardAt)) + livenessLimits.dead;
  }

  #signs(heardAt: number): HookSigns {
    const { phase, tool, presence } = this;
    return { phase, tool, presence, heardAt, processHeardAt: Math.max(heardAt, this.childHeardAt) };
  }
}
