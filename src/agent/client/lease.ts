import type { Clock } from '../../protocol/clock.ts';
import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import type { Calls, Granted, Held } from '../../redis/library/calls.ts';
import { isPassing } from '../../redis/passing.ts';

/** Why a lease is not ours any more. */
export interface Loss {
  lease: Lease;
  /** Which of its resources. */
  resources: readonly string[];
  /** The server said so, or its time passed while the server could not be asked. */
  reason: 'taken' | 'over';
}

export interface LeaseContext {
  calls: Pick<Calls, 'renew'>;
  agent: string;
  clock: Clock;
  /** Gives resources of this lease back; true if all of them were ours until now. */
  giveBack: (lease: Lease, held: readonly Held[]) => Promise<boolean>;
  /** The lease is over: released, or all of it lost. */
  ended: (lease: Lease) => void;
  /** A renewal was refused for another reason than the connection. */
  trouble: (error: unknown) => void;
}

/**
 * A claim that was granted. It is renewed at every third of its time until it is released, or lost. What has been lost may
 * be somebody else's already: work on it has to stop.
 */
export class Lease {
  readonly resources: readonly string[];
  readonly ttlMs: number;
  /** The fencing token of each resource: who writes elsewhere passes it on, so that an older one can be refused there. */
  readonly tokens: ReadonlyMap<string, number>;
  readonly #context: LeaseContext;
  readonly #held: Map<string, number>;
  readonly #lost = new Emitter<Loss>();
  #until: number;
  #next: Disposable | undefined;
  #deadline: Disposable | undefined;
  #renewing: Promise<void> | undefined;
  #isOver = false;

  /** Called at most once for each resource. */
  readonly onLost = this.#lost.event;

  /** @param askedAt when the call was made that was granted: from then on its time runs at the earliest */
  constructor(context: LeaseContext, granted: Granted, askedAt: number) {
    this.#context = context;
    this.tokens = granted.tokens;
    this.resources = [...granted.tokens.keys()];
    this.ttlMs = granted.ttlMs;
    this.#held = new Map(granted.tokens);
    this.#until = askedAt + this.ttlMs;
    this.#schedule();
  }

  /** When it ends if it is not renewed any more, by this machine's clock; a little earlier than the server's. */
  get until(): number {
    return this.#until;
  }

  /** What of it is held still, with the tokens. */
  get held(): readonly Held[] {
    return [...this.#held];
  }

  /** Whether all of it is held still. */
  get isHeld(): boolean {
    return !this.#isOver && this.#held.size === this.resources.length;
  }

  /**
   * Gives it back; resolves with whether all of it was ours until now. Where there is no connection, it is tried until the
   * lease would be over anyway.
   */
  async release(): Promise<boolean> {
    if (this.#isOver) return false;
    const wasWhole = this.isHeld;
    const held = this.held;
    this.#end();
    return (await this.#context.giveBack(this, held)) && wasWhole;
  }

  /** Asks the server now whether it is ours still, and prolongs it. Never rejects. */
  renew(): Promise<void> {
    return (this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined)));
  }

  /** As `renew`, with an answer that is not older than this call. Never rejects. */
  async check(): Promise<void> {
    await this.#renewing;
    if (!this.#isOver) await this.renew();
  }

  async #renew(): Promise<void> {
    const { calls, agent, clock, trouble } = this.#context;
    const askedAt = clock.now();
    try {
      const lost = await calls.renew(agent, this.held);
      if (this.#isOver) return;
      this.#lose(lost, 'taken');
      if (this.#isOver) return;
      this.#until = Math.max(this.#until, askedAt + this.ttlMs);
    } catch (error) {
      if (!isPassing(error)) trouble(error);
    }
    if (!this.#isOver) this.#schedule();
  }

  #schedule(): void {
    const { clock } = this.#context;
    this.#next?.dispose();
    this.#deadline?.dispose();
    this.#next = clock.after(this.ttlMs / 3, () => void this.renew());
    this.#deadline = clock.after(Math.max(this.#until - clock.now(), 0), () =>
      this.#lose([...this.#held.keys()], 'over'),
    );
  }

  #lose(resources: readonly string[], reason: Loss['reason']): void {
    const lost = resources.filter((resource) => this.#held.delete(resource));
    if (lost.length === 0) return;
    if (this.#held.size === 0) this.#end();
    this.#lost.fire({ lease: this, resources: lost, reason });
  }

  #end(): void {
    this.#isOver = true;
    this.#next?.dispose();
    this.#deadline?.dispose();
    this.#context.ended(this);
  }
}
