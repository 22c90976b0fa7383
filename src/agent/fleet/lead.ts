import type { Clock } from '../../protocol/clock.ts';
import type { Log } from '../../protocol/log.ts';
import type { Life } from './life.ts';
import { plan, type Plan, type Run } from './plan.ts';
import type { Random } from './random.ts';
import type { Member } from './roster.ts';
import type { Voice } from './voice.ts';
import { voiceOf } from './voiceOf.ts';
import { Wire } from './wire.ts';

export interface LeadParts {
  who: Member;
  ns: string;
  files: readonly string[];
  team: number;
  clock: Clock;
  random: Random;
  speed: number;
  log: Log;
}

const lookEveryMs = 3_000;

/** The lead's other duty, beside working itself: it hands out the jobs of one run after the other and keeps the score. */
export class Lead {
  readonly #parts: LeadParts;
  #run: Run | null = null;

  constructor(parts: LeadParts) {
    this.#parts = parts;
  }

  async live(life: Life): Promise<void> {
    const { log, ns, who, speed } = this.#parts;
    while (!life.isOver) {
      try {
        const redis = await life.connection();
        await this.#look(new Wire(redis, ns), voiceOf(life, redis, this.#parts));
      } catch (error) {
        if (life.isOver) return;
        log.warn(`${who.id} could not hand out work: ${error instanceof Error ? error.message : String(error)}`);
      }
      await life.pause(lookEveryMs / speed);
    }
  }

  async #look(wire: Wire, voice: Voice): Promise<void> {
    const { files, team, random } = this.#parts;
    const look = { waiting: await wire.waiting(), completed: await wire.completed() };
    const next = plan(this.#run, look, team, files, random);
    this.#run = next.run;
    if (next.ended !== null) await this.#close(wire, voice, next.ended);
    if (next.started) await this.#open(wire, next);
    await wire.pushJobs(next.jobs);
  }

  async #open(wire: Wire, { run }: Plan): Promise<void> {
    await wire.setAll({
      'task:status': 'running',
      'analysis:total': run.total,
      'analysis:completed': 0,
      'progress:total': run.total,
      'progress:current': 0,
      'pipeline:step1:status': 'completed',
      'pipeline:step1:results': JSON.stringify(this.#parts.files),
      'pipeline:step2:status': 'running',
      'pipeline:step3:status': 'pending',
    });
    await wire.setForAnHour('agent:search:results', JSON.stringify({ files: this.#parts.files }));
  }

  async #close(wire: Wire, voice: Voice, run: Run): Promise<void> {
    await wire.setAll({
      'pipeline:step2:results': JSON.stringify({ completed: run.completed, of: run.total }),
      'pipeline:step2:status': 'completed',
      'pipeline:step3:status': 'completed',
      'task:status': 'completed',
    });
    await voice.tell('task-completed', '', `run-${run.number}`);
  }
}
