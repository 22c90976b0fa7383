import { activityOf } from '../../protocol/activity.ts';
import type { Clock } from '../../protocol/clock.ts';
import { decodeStored } from '../../protocol/decode.ts';
import type { Log } from '../../protocol/log.ts';
import type { StateMessage } from '../../protocol/messages.ts';
import type { SampleFolder } from '../sample/sampleFolder.ts';
import { nothing, type Act, type Answer, type Ask } from './acts.ts';
import type { Life } from './life.ts';
import { newborn, nextStep } from './mind.ts';
import { PlainVoice } from './plainVoice.ts';
import type { Random } from './random.ts';
import type { Member } from './roster.ts';
import type { Voice } from './voice.ts';
import { voiceOf } from './voiceOf.ts';
import { Wire } from './wire.ts';

export interface AgentParts {
  who: Member;
  ns: string;
  folder: SampleFolder;
  clock: Clock;
  random: Random;
  speed: number;
  log: Log;
}

/** A lock lasts at least this long, however fast the fleet is run, so that a busy machine does not lose it. */
const shortestLockMs = 1_000;

/** Does with a connection what {@link nextStep} decides. */
export class SimulatedAgent {
  readonly #parts: AgentParts;
  /** That of the current connection. */
  #voice: Voice | null = null;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  async live(life: Life): Promise<void> {
    const { who, log, random, speed } = this.#parts;
    let mind = newborn;
    let answer = nothing;
    while (!life.isOver) {
      const step = nextStep(who, mind, answer, random);
      try {
        for (const act of step.acts) await this.#perform(life, act);
        answer = step.ask === null ? nothing : await this.#question(life, step.ask);
        mind = step.mind;
      } catch (error) {
        if (life.isOver) return;
        log.warn(`${who.id} starts anew: ${error instanceof Error ? error.message : String(error)}`);
        this.#drop(life);
        mind = { ...newborn, jobs: mind.jobs };
        answer = nothing;
        await life.pause(1000);
        continue;
      }
      await life.pause(step.waitMs / speed);
    }
  }

  async #perform(life: Life, act: Act): Promise<void> {
    const { who, folder } = this.#parts;
    if (act.do === 'drop') return this.#drop(life);
    if (act.do === 'edit') return folder.edit(act.path, who.id, act.note);
    const { voice, wire } = await this.#means(life);
    switch (act.do) {
      case 'say':
        return voice.say(act.state);
      case 'sayLate':
        return voice instanceof PlainVoice ? voice.sayLate(act.state) : undefined;
      case 'garble':
        return voice instanceof PlainVoice ? voice.garble(act.text) : undefined;
      case 'finish':
        await wire.finish(act.job, act.result);
        return voice.tell('task-completed', act.job.path, act.job.text);
      case 'fail':
        await wire.fail(who.id, act.job, act.trouble);
        return voice.tell('error', act.job.path, act.trouble);
      case 'report':
        return voice.tell('reviewed', act.job.path, act.verdict);
      case 'giveBack':
        return wire.giveBack(act.job);
      case 'unlock':
        return voice.unlock(act.path);
    }
  }

  async #question(life: Life, ask: Ask): Promise<Answer> {
    const { voice, wire } = await this.#means(life);
    switch (ask.ask) {
      case 'boot':
        return { to: 'boot', ...this.#bootAnswer(await voice.boot()) };
      case 'job': {
        const paused = await voice.paused();
        return { to: 'job', job: paused ? null : await wire.takeJob(), paused };
      }
      case 'parent':
        return { to: 'parent', path: (await voice.paused()) ? null : await this.#parentsFile(wire) };
      case 'lock': {
        const { speed } = this.#parts;
        const ttlMs = ask.ttlMs === null ? null : this.#lockMs(ask.ttlMs);
        const line = ask.line && { ...ask.line, ms: ask.line.ms / speed };
        return { to: 'lock', got: await voice.lock({ ...ask, ttlMs, line }) };
      }
      case 'renew':
        return { to: 'renew', ours: await voice.renew(ask.path, this.#lockMs(ask.ttlMs)) };
    }
  }

  #bootAnswer(text: string | null): { ver: number; task: string | null; status: string | null } {
    const stored = stateOf(this.#parts.who.id, text);
    return { ver: stored?.ver ?? 0, task: stored?.task ?? null, status: stored?.status ?? null };
  }

  async #parentsFile(wire: Wire): Promise<string | null> {
    const { parent } = this.#parts.who;
    const stored = parent === null ? null : stateOf(parent, await wire.stored(parent));
    const file = stored?.state['file'];
    return stored && typeof file === 'string' && activityOf(stored.status) === 'active' ? file : null;
  }

  #lockMs(ttlMs: number): number {
    return Math.max(shortestLockMs, Math.round(ttlMs / this.#parts.speed));
  }

  /** Over the current connection, or over a new one after a crash. */
  async #means(life: Life): Promise<{ voice: Voice; wire: Wire }> {
    const redis = await life.connection();
    const { ns } = this.#parts;
    this.#voice ??= voiceOf(life, redis, this.#parts);
    return { voice: this.#voice, wire: new Wire(redis, ns) };
  }

  #drop(life: Life): void {
    life.drop();
    this.#voice = null;
  }
}

function stateOf(agent: string, text: string | null): StateMessage | null {
  const stored = text === null ? null : decodeStored(agent, text);
  return stored?.ok === true ? stored.value : null;
}
