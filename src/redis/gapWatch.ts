import type { FeedMessage } from '../protocol/messages.ts';
import type { Redis } from './client.ts';
import { pubsubLimit, type ServerCheck } from './serverFacts.ts';

/** A server that is sent more than this, in KiB a second, has cut us for reading too slowly, when it counts no such cuts. */
const floodKbps = 4_096;

/** Knows since when the subscription is down, and finds out whether the server cut it on purpose. */
export class GapWatch {
  #lostAt: number | undefined;
  #cutOff: number | null = null;

  lost(now: number): void {
    this.#lostAt ??= now;
  }

  /** What to tell when the subscription stands again; undefined if it had not been lost. */
  async mended(commands: Redis, check: ServerCheck, now: number): Promise<FeedMessage | undefined> {
    const before = this.#cutOff;
    this.#cutOff = check.cutOff;
    if (this.#lostAt === undefined) return undefined;
    const ms = now - this.#lostAt;
    const isCut = before !== null && check.cutOff !== null ? check.cutOff > before : check.inputKbps > floodKbps;
    const reason = isCut ? ({ code: 'cut-off', limit: await pubsubLimit(commands) } as const) : null;
    this.#lostAt = undefined;
    return { kind: 'gap', ms, reason };
  }
}
