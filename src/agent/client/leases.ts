import type { Clock } from '../../protocol/clock.ts';
import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import type { Calls, Granted, Held } from '../../redis/library/calls.ts';
import { Lease, type LeaseContext, type Loss } from './lease.ts';
import type { Lifeline } from './lifeline.ts';

/** The leases that an agent holds. When the connection was away, each is asked for as soon as it is back. */
export class Leases implements Disposable {
  readonly #calls: Pick<Calls, 'renew' | 'release'>;
  readonly #agent: string;
  readonly #link: Lifeline;
  readonly #context: LeaseContext;
  readonly #all = new Set<Lease>();
  readonly #lost = new Emitter<Loss>();
  readonly #listening: Disposable;
  #closing = false;

  readonly onLost = this.#lost.event;

  constructor(
    calls: Pick<Calls, 'renew' | 'release'>,
    link: Lifeline,
    agent: string,
    clock: Clock,
    trouble: (error: unknown) => void,
  ) {
    this.#calls = calls;
    this.#agent = agent;
    this.#link = link;
    this.#context = {
      calls,
      agent,
      clock,
      trouble,
      giveBack: (lease, held) => this.#release(held, this.#closing ? 0 : lease.until - clock.now()),
      ended: (lease) => void this.#all.delete(lease),
    };
    this.#listening = link.onUp(() => this.#ask(() => true));
  }

  get all(): readonly Lease[] {
    return [...this.#all];
  }

  add(granted: Granted, askedAt: number): Lease {
    const lease = new Lease(this.#context, granted, askedAt);
    this.#all.add(lease);
    lease.onLost((loss) => this.#lost.fire(loss));
    return lease;
  }

  /** Somebody says that something happened to a resource; what we hold of it is asked for. */
  heardOf(resource: string): void {
    this.#ask((lease) => lease.held.some(([held]) => held === resource));
  }

  /** Gives back what was granted and is not wanted, unless it was held before. */
  async unwanted(granted: Granted): Promise<void> {
    await this.#release([...granted.tokens], granted.ttlMs).catch(() => false);
  }

  /** Ends all. A connection that is away is not waited for: then they end by themselves. */
  async releaseAll(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.all.map((lease) => lease.release().catch(() => false)));
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #ask(which: (lease: Lease) => boolean): void {
    for (const lease of this.#all) if (which(lease)) void lease.check();
  }

  /** What another lease of ours is on as well stays held. */
  async #release(held: readonly Held[], ms: number): Promise<boolean> {
    const kept = new Set(this.all.flatMap((lease) => lease.held.map(([resource]) => resource)));
    const free = held.filter(([resource]) => !kept.has(resource));
    if (free.length === 0) return held.length > 0;
    const words = await this.#link.insist(ms, () => this.#calls.release(this.#agent, free));
    return words.every(Boolean);
  }
}
