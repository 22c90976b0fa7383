import type { Clock } from '../../protocol/clock.ts';
import { eventChannel, lockPrefix, stateChannel, stateHash } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import type { AgentState, LockAsk } from './acts.ts';
import type { Member } from './roster.ts';
import type { News, Voice } from './voice.ts';

/** Only who holds a lock may touch it, and Redis must check and act in one step. */
const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;
const renewScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;

/** The commands that a plain redis-cli agent would type. */
export class PlainVoice implements Voice {
  readonly #redis: Redis;
  readonly #ns: string;
  readonly #who: Member;
  readonly #clock: Clock;

  constructor(redis: Redis, ns: string, who: Member, clock: Clock) {
    this.#redis = redis;
    this.#ns = ns;
    this.#who = who;
    this.#clock = clock;
  }

  boot(): Promise<string | null> {
    return this.#redis.hget(`${this.#ns}${stateHash}`, this.#who.id);
  }

  async say(state: AgentState): Promise<void> {
    const text = this.#stateText(state);
    await this.#redis.hset(`${this.#ns}${stateHash}`, this.#who.id, text);
    await this.#publish(text);
  }

  /** Without storing it. */
  async sayLate(state: AgentState): Promise<void> {
    await this.#publish(this.#stateText(state));
  }

  /** What is no state at all. */
  async garble(text: string): Promise<void> {
    await this.#publish(text);
  }

  async lock({ path, ttlMs }: LockAsk): Promise<boolean> {
    const key = this.#lockKey(path);
    if (ttlMs === null) return (await this.#redis.set(key, this.#who.id, 'NX')) === 'OK';
    return (await this.#redis.set(key, this.#who.id, 'PX', ttlMs, 'NX')) === 'OK';
  }

  async renew(path: string, ttlMs: number): Promise<boolean> {
    return (await this.#redis.eval(renewScript, 1, this.#lockKey(path), this.#who.id, ttlMs)) === 1;
  }

  async unlock(path: string): Promise<void> {
    await this.#redis.eval(releaseScript, 1, this.#lockKey(path), this.#who.id);
  }

  async tell(kind: News, _path: string, detail: string): Promise<void> {
    await this.#redis.publish(`${this.#ns}${eventChannel}`, `${kind.replaceAll('-', '_')}:${detail}`);
  }

  /** Plain agents are not told. */
  paused(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async #publish(text: string): Promise<void> {
    await this.#redis.publish(`${this.#ns}${stateChannel}`, text);
  }

  #lockKey(path: string): string {
    return `${this.#ns}${lockPrefix}${path}`;
  }

  #stateText(state: AgentState): string {
    const { id, host, parent, role } = this.#who;
    const ts = this.#clock.now();
    return JSON.stringify({ agent_id: id, state, ts, host, ...(parent === null ? {} : { parent }), role });
  }
}
