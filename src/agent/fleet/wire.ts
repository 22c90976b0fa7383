import { stateHash } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import { parseJob, type Job } from './job.ts';

export const queueNames = ['agent:tasks', 'analysis:queue'] as const;

/** How many texts the list of errors keeps. */
const errorsKept = 20;

/** The queues and keys that all agents of a fleet share by custom. Every promise rejects when the connection does. */
export class Wire {
  readonly #redis: Redis;
  readonly #ns: string;

  constructor(redis: Redis, ns: string) {
    this.#redis = redis;
    this.#ns = ns;
  }

  /** What is stored of an agent, as its text. */
  stored(agent: string): Promise<string | null> {
    return this.#redis.hget(`${this.#ns}${stateHash}`, agent);
  }

  async takeJob(): Promise<Job | null> {
    for (const name of queueNames) {
      const text = await this.#redis.rpop(`${this.#ns}${name}`);
      if (text !== null) return parseJob(text);
    }
    return null;
  }

  async pushJobs(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) await this.#redis.lpush(this.#queueOf(job), job.text);
  }

  async giveBack(job: Job): Promise<void> {
    await this.#redis.rpush(this.#queueOf(job), job.text);
  }

  async waiting(): Promise<number> {
    let sum = 0;
    for (const name of queueNames) sum += await this.#redis.llen(`${this.#ns}${name}`);
    return sum;
  }

  async finish(job: Job, result: string): Promise<void> {
    await this.#redis.hset(`${this.#ns}analysis:results`, job.path, result);
    await this.#redis.incr(`${this.#ns}files:processed`);
    await this.#count();
  }

  async fail(agent: string, job: Job, trouble: string): Promise<void> {
    await this.#redis.lpush(`${this.#ns}errors:list`, `${agent}: ${trouble}`);
    await this.#redis.ltrim(`${this.#ns}errors:list`, 0, errorsKept - 1);
    await this.#redis.hset(`${this.#ns}analysis:results`, job.path, JSON.stringify({ error: trouble }));
    await this.#count();
  }

  /** Sets plain keys, in order. */
  async setAll(values: Readonly<Record<string, string | number>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) await this.#redis.set(`${this.#ns}${name}`, value);
  }

  async setForAnHour(name: string, value: string): Promise<void> {
    await this.#redis.setex(`${this.#ns}${name}`, 3600, value);
  }

  async completed(): Promise<number> {
    return Number((await this.#redis.get(`${this.#ns}analysis:completed`)) ?? 0);
  }

  /** A job that failed is over as well: the run goes on without it. */
  async #count(): Promise<void> {
    await this.#redis.incr(`${this.#ns}analysis:completed`);
    await this.#redis.incr(`${this.#ns}progress:current`);
  }

  #queueOf(job: Job): string {
    return `${this.#ns}${job.verb === 'edit' ? 'agent:tasks' : 'analysis:queue'}`;
  }
}
