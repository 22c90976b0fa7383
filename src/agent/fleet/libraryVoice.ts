import { controlKey } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import { Calls } from '../../redis/library/calls.ts';
import { loadLibrary } from '../../redis/library/load.ts';
import { claimInLine, type Line } from '../../redis/library/inLine.ts';
import type { AgentState, LockAsk } from './acts.ts';
import type { Member } from './roster.ts';
import type { News, Voice } from './voice.ts';

/** The calls of the function library, as an agent makes them over one connection. */
export class LibraryVoice implements Voice {
  readonly #redis: Redis;
  readonly #calls: Calls;
  readonly #ns: string;
  readonly #who: Member;
  readonly #line: Line;
  readonly #signal: AbortSignal;
  readonly #tokens = new Map<string, number>();
  #epoch = 0;

  /** @param line what waiting in line needs beside the calls; @param signal ends a wait */
  constructor(redis: Redis, ns: string, who: Member, line: Pick<Line, 'openBell' | 'clock'>, signal: AbortSignal) {
    this.#redis = redis;
    this.#calls = new Calls(redis, ns, () => loadLibrary(redis));
    this.#ns = ns;
    this.#who = who;
    this.#line = { ...line, calls: this.#calls, ns };
    this.#signal = signal;
  }

  async boot(): Promise<string> {
    const { id, host, parent } = this.#who;
    const { epoch, state } = await this.#calls.hello(id, { host, ...(parent === null ? {} : { parent }) });
    this.#epoch = epoch;
    // What an earlier run held is nobody's any more.
    if (state !== '') await this.#calls.releaseAll(id);
    return state;
  }

  async say(state: AgentState): Promise<void> {
    // Each of these states replaces the one before, so that there is nothing to be cleared.
    const said = Object.entries(state).filter(([, value]) => value !== null);
    await this.#calls.publish(this.#who.id, this.#epoch, JSON.stringify(Object.fromEntries(said)));
  }

  async lock({ path, task, ttlMs, line }: LockAsk): Promise<boolean> {
    if (ttlMs === null) throw new Error('the library knows no lock without an expiry');
    let said: Promise<void> | undefined;
    const onDenied = (): void => {
      if (line === null || said) return;
      said = this.say(line.meanwhile);
      // Whoever awaits it below is told.
      said.catch(() => {});
    };
    const wish = { resources: [path], ttlMs, task, waitMs: line?.ms ?? 0, signal: this.#signal, onDenied };
    const reply = await claimInLine(this.#line, this.#who.id, wish);
    await said;
    if (reply.kind !== 'granted') return false;
    for (const [resource, token] of reply.tokens) this.#tokens.set(resource, token);
    return true;
  }

  /** By the time it was claimed for. */
  async renew(path: string): Promise<boolean> {
    const token = this.#tokens.get(path);
    return token !== undefined && (await this.#calls.renew(this.#who.id, [[path, token]])).length === 0;
  }

  async unlock(path: string): Promise<void> {
    const token = this.#tokens.get(path);
    if (token === undefined) return;
    this.#tokens.delete(path);
    await this.#calls.release(this.#who.id, [[path, token]]);
  }

  async tell(kind: News, path: string, detail: string): Promise<void> {
    await this.#calls.event(this.#who.id, kind, path, detail);
  }

  async paused(): Promise<boolean> {
    const orders = await this.#redis.hmget(`${this.#ns}${controlKey}`, this.#who.id, '*');
    return orders.some((order) => order !== null);
  }
}
