import { eventChannel, lockPrefix, stateChannel, stateHash } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import { parseJob, type Job } from './job.ts';
import type { AgentState } from './mind.ts';
import type { Member } from './roster.ts';

export const queueNames = ['agent:tasks', 'analysis:queue'] as const;

/** Only who holds a lock may touch it, and Redis must check and act in one step. */
const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;
const renewScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;

/** How many texts the list of errors keeps. */
const errorsKept = 20;

/** What one agent says to Redis, in the commands a plain redis-cli agent would type. Every promise rejects when the connection does. */
export class Wire {
  readonly #redis: Redis;
  readonly #ns: string;
  readonly #who: Member;

  constructor(redis: Redis, ns: string, who: Member) {
    this.#redis = redis;
    this.#ns = ns;
    this.#who = who;
  }

  /** What the hash still knows of us, as its text. */
  boot(): Promise<string | null> {
    return this.#redis.hget(`${this.#ns}${stateHash}`, this.#who.id);
  }

  async say(state: AgentState, at: number): Promise<void> {
    const text = this.#stateText(state, at);
    await this.#redis.hset(`${this.#ns}${stateHash}`, this.#who.id, text);
    await this.#redis.publish(`${this.#ns}${stateChannel}`, text);
  }

  async sayLate(state: AgentState, at: number): Promise<void> {
    await this.#redis.publish(`${this.#ns}${stateChannel}`, this.#stateText(state, at));
  }

  async garble(text: string): Promise<void> {
    await this.#redis.publish(`${this.#ns}${stateChannel}`, text);
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

  async lock(path: string, ttlMs: number | null): Promise<boolean> {
    const key = `${this.#ns}${lockPrefix}${path}`;
    if (ttlMs === null) return (await this.#redis.set(key, this.#who.id, 'NX')) === 'OK';
    return (await this.#redis.set(key, this.#who.id, 'PX', ttlMs, 'NX')) === 'OK';
  }

  async renew(path: string, ttlMs: number): Promise<boolean> {
    return (await this.#redis.eval(renewScript, 1, `${this.#ns}${lockPrefix}${path}`, this.#who.id, ttlMs)) === 1;
  }

  async unlock(path: string): Promise<void> {
    await this.#redis.eval(releaseScript, 1, `${this.#ns}${lockPrefix}${path}`, this.#who.id);
  }

  async finish(job: Job, result: string): Promise<void> {
    await this.#redis.hset(`${this.#ns}analysis:results`, job.path, result);
    await this.#redis.incr(`${this.#ns}files:processed`);
    await this.#count();
    await this.event(`task_completed:${job.text}`);
  }

  async fail(job: Job, trouble: string): Promise<void> {
    await this.#redis.lpush(`${this.#ns}errors:list`, `${this.#who.id}: ${trouble}`);
    await this.#redis.ltrim(`${this.#ns}errors:list`, 0, errorsKept - 1);
    await this.#redis.hset(`${this.#ns}analysis:results`, job.path, JSON.stringify({ error: trouble }));
    await this.#count();
    await this.event(`error:${trouble}`);
  }

  async event(text: string): Promise<void> {
    await this.#redis.publish(`${this.#ns}${eventChannel}`, text);
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

  #stateText(state: AgentState, at: number): string {
    const { id, host, parent, role } = this.#who;
    return JSON.stringify({ agent_id: id, state, ts: at, host, ...(parent === null ? {} : { parent }), role });
  }
}
