import type { Clock } from '../../protocol/clock.ts';
import { decodeStored } from '../../protocol/decode.ts';
import type { Log } from '../../protocol/log.ts';
import type { Redis } from '../../redis/client.ts';
import type { SampleFolder } from '../sample/sampleFolder.ts';
import { newborn, nextStep, nothing, type Act, type Answer, type Ask } from './mind.ts';
import { Pause } from './pause.ts';
import type { Random } from './random.ts';
import type { Member } from './roster.ts';
import { Wire } from './wire.ts';

export interface AgentParts {
  who: Member;
  ns: string;
  /** Opens this agent's own connection. */
  connect: () => Promise<Redis>;
  folder: SampleFolder;
  clock: Clock;
  random: Random;
  speed: number;
  log: Log;
}

/** A lock lasts at least this long, however fast the fleet is run, so that a busy machine does not lose it. */
const shortestLockMs = 1_000;

/** Does with a connection what {@link nextStep} decides, until ended. */
export class SimulatedAgent {
  readonly #parts: AgentParts;
  readonly #pause: Pause;
  #redis: Redis | null = null;
  #ended = false;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#pause = new Pause(parts.clock);
  }

  start(): void {
    this.#running = this.#live();
  }

  /** Resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#pause.dispose();
    this.#disconnect();
    await this.#running;
  }

  async #live(): Promise<void> {
    const { who, log, random, speed } = this.#parts;
    let mind = newborn;
    let answer = nothing;
    while (!this.#ended) {
      const step = nextStep(mind, answer, random);
      try {
        for (const act of step.acts) await this.#perform(act);
        answer = step.ask === null ? nothing : await this.#question(step.ask);
        mind = step.mind;
      } catch (error) {
        if (this.#ended) return;
        log.warn(`${who.id} starts anew: ${error instanceof Error ? error.message : String(error)}`);
        this.#disconnect();
        mind = newborn;
        answer = nothing;
        await this.#pause.for(1000);
        continue;
      }
      await this.#pause.for(step.waitMs / speed);
    }
  }

  async #perform(act: Act): Promise<void> {
    if (act.do === 'drop') return this.#disconnect();
    const { who, clock, folder } = this.#parts;
    if (act.do === 'edit') return folder.edit(act.path, who.id, act.note);
    const wire = await this.#wire();
    switch (act.do) {
      case 'say':
        return wire.say(act.state, clock.now());
      case 'sayLate':
        return wire.sayLate(act.state, clock.now());
      case 'garble':
        return wire.garble(act.text);
      case 'finish':
        return wire.finish(act.job, act.result);
      case 'fail':
        return wire.fail(act.job, act.trouble);
      case 'giveBack':
        return wire.giveBack(act.job);
      case 'unlock':
        return wire.unlock(act.path);
    }
  }

  async #question(ask: Ask): Promise<Answer> {
    const wire = await this.#wire();
    switch (ask.ask) {
      case 'boot':
        return this.#bootAnswer(await wire.boot());
      case 'job':
        return { to: 'job', job: await wire.takeJob() };
      case 'lock':
        return { to: 'lock', got: await wire.lock(ask.path, ask.ttlMs === null ? null : this.#lockMs(ask.ttlMs)) };
      case 'renew':
        return { to: 'renew', ours: await wire.renew(ask.path, this.#lockMs(ask.ttlMs)) };
    }
  }

  #bootAnswer(text: string | null): Answer {
    const stored = text === null ? null : decodeStored(this.#parts.who.id, text);
    if (stored === null || !stored.ok) return { to: 'boot', ver: 0, task: null, status: null };
    return { to: 'boot', ver: stored.value.ver ?? 0, task: stored.value.task, status: stored.value.status };
  }

  #lockMs(ttlMs: number): number {
    return Math.max(shortestLockMs, Math.round(ttlMs / this.#parts.speed));
  }

  /** Over the current connection, or over a new one after a crash. */
  async #wire(): Promise<Wire> {
    if (this.#redis === null) {
      const redis = await this.#parts.connect();
      if (this.#ended) {
        redis.disconnect();
        throw new Error('ended while connecting');
      }
      this.#redis = redis;
    }
    return new Wire(this.#redis, this.#parts.ns, this.#parts.who);
  }

  #disconnect(): void {
    this.#redis?.disconnect();
    this.#redis = null;
  }
}
