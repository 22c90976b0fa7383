import { nothing, type Act, type Answer, type Ask, type LockAsk } from '../../../src/agent/fleet/acts.ts';
import { parseJob, type Job } from '../../../src/agent/fleet/job.ts';
import { newborn, nextStep, type Mind } from '../../../src/agent/fleet/mind.ts';
import { plan, type Run } from '../../../src/agent/fleet/plan.ts';
import { seededRandom, type Random } from '../../../src/agent/fleet/random.ts';
import { roster, type Member } from '../../../src/agent/fleet/roster.ts';
import { activityOf } from '../../../src/protocol/activity.ts';

/** What happened, for assertions. */
export interface Entry {
  at: number;
  agent: string;
  act: Act | (Ask & { answer: Answer });
}

interface Lock {
  holder: string;
  expiresAt: number;
  /** Of the parent, from whom a child took it over. */
  back: Lock | null;
}

interface Actor {
  who: Member;
  mind: Mind;
  answer: Answer;
  /** What it waits in line for. */
  waits: LockAsk | null;
  random: Random;
  wakesAt: number;
}

interface Stored {
  ver: number;
  task: string | null;
  status: string | null;
  file: string | null;
}

/** A Redis of maps and a clock that jumps, in which minds can live for hours in milliseconds. */
export class World {
  readonly log: Entry[] = [];
  readonly locks = new Map<string, Lock>();
  readonly hash = new Map<string, Stored>();
  readonly queue: Job[] = [];
  now = 0;
  completed = 0;
  run: Run | null = null;
  longestQueue = 0;
  readonly runsEnded: Run[] = [];
  readonly #actors: Actor[];
  /** First come first. */
  readonly #line: Actor[] = [];
  readonly #random: Random;
  readonly #files: readonly string[];

  constructor(count: number, seed: number, files: readonly string[]) {
    this.#files = files;
    this.#random = seededRandom(seed);
    this.#actors = roster(count, true).map((who, index) => {
      const random = seededRandom(seed * 100 + index);
      return { who, mind: newborn, answer: nothing, waits: null, random, wakesAt: 0 };
    });
  }

  liveFor(ms: number): void {
    const end = this.now + ms;
    for (let looksAt = this.now; ;) {
      const next = this.#actors.reduce((first, actor) => (actor.wakesAt < first.wakesAt ? actor : first));
      this.now = Math.min(next.wakesAt, looksAt);
      if (this.now >= end) return;
      for (const [path, lock] of this.locks) if (lock.expiresAt <= this.now) this.#free(path, lock);
      if (looksAt <= next.wakesAt) {
        this.#handOut();
        looksAt += 3000;
      } else this.#step(next);
    }
  }

  #handOut(): void {
    const look = { waiting: this.queue.length, completed: this.completed };
    const next = plan(this.run, look, this.#actors.length, this.#files, this.#random);
    this.run = next.run;
    if (next.started) this.completed = 0;
    if (next.ended !== null) this.runsEnded.push(next.ended);
    this.queue.unshift(...next.jobs);
    this.longestQueue = Math.max(this.longestQueue, this.queue.length);
  }

  #step(actor: Actor): void {
    const { who } = actor;
    if (actor.waits !== null) this.#leave(actor, false);
    const step = nextStep(who, actor.mind, actor.answer, actor.random);
    for (const act of step.acts) this.#perform(who, act);
    actor.mind = step.mind;
    // A step takes at least a moment, as a round trip does.
    actor.wakesAt = this.now + Math.max(step.waitMs, 1);
    actor.answer = nothing;
    const { ask } = step;
    if (ask === null) return;
    if (ask.ask === 'lock' && !this.#lock(who, ask)) {
      if (ask.line === null) return this.#tell(actor, ask, { to: 'lock', got: false });
      this.#perform(who, { do: 'say', state: ask.line.meanwhile });
      actor.waits = ask;
      actor.wakesAt = this.now + ask.line.ms;
      this.#line.push(actor);
      return;
    }
    this.#tell(actor, ask, this.#answer(who, ask));
  }

  #tell(actor: Actor, ask: Ask, answer: Answer): void {
    actor.answer = answer;
    this.log.push({ at: this.now, agent: actor.who.id, act: { ...ask, answer } });
  }

  #leave(actor: Actor, got: boolean): void {
    this.#line.splice(this.#line.indexOf(actor), 1);
    this.#tell(actor, actor.waits!, { to: 'lock', got });
    actor.waits = null;
  }

  #perform({ id }: Member, act: Act): void {
    this.log.push({ at: this.now, agent: id, act });
    switch (act.do) {
      case 'say': {
        const { ver, task, status, file } = act.state;
        const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
        this.hash.set(id, { ver, task: text(task), status: text(status), file: text(file) });
        return;
      }
      case 'giveBack':
        this.queue.push(act.job);
        return;
      case 'finish':
      case 'fail':
        this.completed += 1;
        return;
      case 'unlock':
        this.#unlock(id, act.path);
        return;
      case 'sayLate':
      case 'garble':
      case 'edit':
      case 'report':
      case 'drop':
    }
  }

  #answer(who: Member, ask: Ask): Answer {
    switch (ask.ask) {
      case 'boot': {
        const { ver, task, status } = this.hash.get(who.id) ?? { ver: 0, task: null, status: null };
        return { to: 'boot', ver, task, status };
      }
      case 'job':
        return { to: 'job', job: parseJob(this.queue.pop()?.text ?? ''), paused: false };
      case 'parent': {
        const parent = this.hash.get(who.parent ?? '');
        return { to: 'parent', path: parent && activityOf(parent.status) === 'active' ? parent.file : null };
      }
      case 'lock':
        return { to: 'lock', got: true };
      case 'renew': {
        const lease = this.#leaseOf(who.id, ask.path);
        if (lease) lease.expiresAt = this.now + ask.ttlMs;
        return { to: 'renew', ours: lease !== null };
      }
    }
  }

  #lock({ id, parent, plain }: Member, ask: LockAsk): boolean {
    const held = this.locks.get(ask.path) ?? null;
    const isKin = !plain && held !== null && held.holder === parent;
    if (held !== null && !isKin) return false;
    this.locks.set(ask.path, { holder: id, expiresAt: this.now + (ask.ttlMs ?? Infinity), back: held });
    return true;
  }

  /** The lease of an agent, also where its child has it for a while. */
  #leaseOf(id: string, path: string): Lock | null {
    let lock = this.locks.get(path) ?? null;
    while (lock !== null && lock.holder !== id) lock = lock.back;
    return lock;
  }

  #unlock(id: string, path: string): void {
    const lock = this.locks.get(path);
    if (lock?.holder === id) this.#free(path, lock);
    else if (lock?.back?.holder === id) lock.back = null;
  }

  /** The parent has it back, or who has waited for longest. */
  #free(path: string, { back }: Lock): void {
    this.locks.delete(path);
    if (back !== null && back.expiresAt > this.now) {
      this.locks.set(path, back);
      return;
    }
    const next = this.#line.find((actor) => actor.waits?.path === path);
    if (next === undefined || !this.#lock(next.who, next.waits!)) return;
    this.#leave(next, true);
    next.wakesAt = this.now + 1;
  }
}
