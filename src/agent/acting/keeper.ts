import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import type { Calls } from '../../redis/library/calls.ts';
import { portions } from './hold.ts';
import type { OwnLease } from './lease.ts';

/** Longest time between two looks at what is held, in ms: what is claimed for the usual 60 s is renewed in time. */
const longestInterval = 20_000;
/** Before the next try where one failed. */
const againDelay = 1_000;

export interface KeeperOptions {
  agent: string;
  calls: Pick<Calls, 'renew'>;
  /** What the agent holds now, whoever claimed it. */
  held: () => Promise<OwnLease[]>;
  /** The shortest lease that there will be, in ms. */
  ttlMs: number;
  clock: Clock;
  /** A lease is not the agent's any more. */
  onLost: (resource: string, token: number) => void;
  /** A try failed, after one that went well; it is repeated. */
  onTrouble: (error: Error) => void;
  /** It goes well again. */
  onBack: () => void;
}

/** Renews all that an agent holds, each lease after a third of its time, until disposed. */
export class Keeper implements Disposable {
  readonly #options: KeeperOptions;
  readonly #interval: number;
  /** Known leases, and when the next renewal of each is due. */
  readonly #kept = new Map<string, { token: number; due: number }>();
  #timer: Disposable | undefined;
  #isTroubled = false;
  #isDisposed = false;
  /** A look that is under way; one at a time. */
  #looking: Promise<void> | null = null;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#interval = Math.min(Math.max(options.ttlMs / 3, 1), longestInterval);
  }

  /** Begins, with what has just been claimed. */
  start(granted: ReadonlyMap<string, number>, ttlMs: number): void {
    const due = this.#dueAfter(ttlMs);
    for (const [resource, token] of granted) this.#kept.set(resource, { token, due });
    this.#next(this.#interval);
  }

  /** Looks now instead of at the next time, for example since there is a connection again. */
  async look(): Promise<void> {
    if (this.#isDisposed) return;
    this.#timer?.dispose();
    this.#looking ??= this.#try().finally(() => (this.#looking = null));
    await this.#looking;
  }

  /** What went wrong outside of a look: the connection was lost. */
  trouble(error: Error): void {
    if (this.#isDisposed || this.#isTroubled) return;
    this.#isTroubled = true;
    this.#options.onTrouble(error);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.dispose();
  }

  #next(ms: number): void {
    if (!this.#isDisposed) this.#timer = this.#options.clock.after(ms, () => void this.look());
  }

  async #try(): Promise<void> {
    try {
      await this.#renew();
      if (this.#isTroubled && !this.#isDisposed) {
        this.#isTroubled = false;
        this.#options.onBack();
      }
      this.#next(this.#interval);
    } catch (error) {
      this.trouble(error as Error);
      this.#next(Math.min(againDelay, this.#interval));
    }
  }

  async #renew(): Promise<void> {
    const { agent, calls, clock, held, onLost } = this.#options;
    const found = new Map((await held()).map((lease) => [lease.resource, lease]));
    const now = clock.now();
    for (const [resource, { token }] of found) {
      if (!this.#kept.has(resource)) this.#kept.set(resource, { token, due: now });
      // A lease that came back from a child has a new number.
      else this.#kept.get(resource)!.token = token;
    }
    // What was not found is asked for as well: only the library can say that it is lost.
    const due = [...this.#kept].filter(([resource, kept]) => kept.due <= now || !found.has(resource));
    for (const some of portions(due)) {
      const lost = new Set(
        await calls.renew(
          agent,
          some.map(([resource, { token }]) => [resource, token]),
        ),
      );
      for (const [resource, kept] of some) {
        if (!lost.has(resource)) {
          kept.due = this.#dueAfter(found.get(resource)?.ttlMs ?? this.#options.ttlMs);
          continue;
        }
        this.#kept.delete(resource);
        if (!this.#isDisposed) onLost(resource, kept.token);
      }
    }
  }

  /** Half an interval early rather than a whole one late. */
  #dueAfter(ttlMs: number): number {
    return this.#options.clock.now() + ttlMs / 3 - this.#interval / 2;
  }
}
