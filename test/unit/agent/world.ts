import { parseJob, type Job } from '../../../src/agent/fleet/job.ts';
import {
  newborn,
  nextStep,
  nothing,
  type Act,
  type Answer,
  type Ask,
  type Mind,
} from '../../../src/agent/fleet/mind.ts';
import { plan, type Run } from '../../../src/agent/fleet/plan.ts';
import { seededRandom, type Random } from '../../../src/agent/fleet/random.ts';

/** What happened, for assertions. */
export interface Entry {
  at: number;
  agent: string;
  act: Act | (Ask & { answer: Answer });
}

interface Lock {
  holder: string;
  expiresAt: number;
}

interface Actor {
  id: string;
  mind: Mind;
  answer: Answer;
  random: Random;
  wakesAt: number;
}

/** A Redis of maps and a clock that jumps, in which minds can live for hours in milliseconds. */
export class World {
  readonly log: Entry[] = [];
  readonly locks = new Map<string, Lock>();
  readonly hash = new Map<string, { ver: number; task: string | null; status: string | null }>();
  readonly queue: Job[] = [];
  now = 0;
  completed = 0;
  run: Run | null = null;
  longestQueue = 0;
  readonly runsEnded: Run[] = [];
  readonly #actors: Actor[];
  readonly #random: Random;
  readonly #files: readonly string[];

  constructor(count: number, seed: number, files: readonly string[]) {
    this.#files = files;
    this.#random = seededRandom(seed);
    this.#actors = Array.from({ length: count }, (_, index) => {
      return {
        id: `agent-${index + 1}`,
        mind: newborn,
        answer: nothing,
        random: seededRandom(seed * 100 + index),
        wakesAt: 0,
      };
    });
  }

  liveFor(ms: number): void {
    const end = this.now + ms;
    for (let looksAt = this.now; ;) {
      const next = this.#actors.reduce((first, actor) => (actor.wakesAt < first.wakesAt ? actor : first));
      this.now = Math.min(next.wakesAt, looksAt);
      if (this.now >= end) return;
      for (const [path, lock] of this.locks) if (lock.expiresAt <= this.now) this.locks.delete(path);
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
    const step = nextStep(actor.mind, actor.answer, actor.random);
    for (const act of step.acts) {
      this.log.push({ at: this.now, agent: actor.id, act });
      this.#perform(actor.id, act);
    }
    actor.answer = step.ask === null ? nothing : this.#answer(actor.id, step.ask);
    if (step.ask !== null) this.log.push({ at: this.now, agent: actor.id, act: { ...step.ask, answer: actor.answer } });
    actor.mind = step.mind;
    // A step takes at least a moment, as a round trip does.
    actor.wakesAt = this.now + Math.max(step.waitMs, 1);
  }

  #perform(id: string, act: Act): void {
    switch (act.do) {
      case 'say': {
        const { ver, task, status } = act.state;
        this.hash.set(id, { ver, task: task === null ? null : String(task), status: String(status) });
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
        if (this.locks.get(act.path)?.holder === id) this.locks.delete(act.path);
        return;
      case 'sayLate':
      case 'garble':
      case 'edit':
      case 'drop':
    }
  }

  #answer(id: string, ask: Ask): Answer {
    switch (ask.ask) {
      case 'boot': {
        const stored = this.hash.get(id) ?? { ver: 0, task: null, status: null };
        return { to: 'boot', ...stored };
      }
      case 'job':
        return { to: 'job', job: parseJob(this.queue.pop()?.text ?? '') };
      case 'lock': {
        const got = !this.locks.has(ask.path);
        if (got) this.locks.set(ask.path, { holder: id, expiresAt: this.now + (ask.ttlMs ?? Infinity) });
        return { to: 'lock', got };
      }
      case 'renew': {
        const lock = this.locks.get(ask.path);
        const ours = lock?.holder === id;
        if (ours) lock.expiresAt = this.now + ask.ttlMs;
        return { to: 'renew', ours };
      }
    }
  }
}
