import type { Clock } from '../../protocol/clock.ts';
import type { Calls, ClaimReply, Denied } from '../../redis/library/calls.ts';
import { UserError } from '../../redis/userError.ts';
import { claimInLine, type Line } from '../../redis/library/inLine.ts';
import type { Lease } from './lease.ts';
import type { Leases } from './leases.ts';
import { patience, type Lifeline } from './lifeline.ts';

export interface ClaimOptions {
  /** How long it is ours if nobody renews it, which the lease does by itself. A minute where nothing is said. */
  ttlMs?: number;
  task?: string;
  /** How long to wait in line where it is taken, up to 24 h; 0, the default: not at all. */
  waitMs?: number;
  /** Gives the wait up. */
  signal?: AbortSignal;
  /** Told at each denial while the wait goes on. */
  onDenied?: (denied: Denied) => void;
}

export type ClaimResult =
  | { kind: 'granted'; lease: Lease }
  | Exclude<ClaimReply, { kind: 'granted' }>
  /** The time was up; `denied` is what was in the way last. */
  | { kind: 'waited-in-vain'; denied: Denied }
  | { kind: 'aborted' };

const usualTtl = 60_000;

export interface ClaimsContext {
  calls: Pick<Calls, 'claim' | 'cancel'>;
  agent: string;
  ns: string;
  clock: Clock;
  link: Lifeline;
  leases: Leases;
  openBell: Line['openBell'];
}

/** Makes an agent's claims, and leases of what is granted. */
export class Claims {
  readonly #context: ClaimsContext;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(context: ClaimsContext) {
    this.#context = context;
  }

  /** @throws UserError when it is refused, or there is no connection for 5 s, or all the time that it may wait */
  async claim(resources: readonly string[], options: ClaimOptions): Promise<ClaimResult> {
    if (this.#closing.signal.aborted) throw new UserError({ code: 'closed' });
    const running = this.#claim(resources, options);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Gives all waits up; resolves when they have left their queues. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #claim(resources: readonly string[], options: ClaimOptions): Promise<ClaimResult> {
    const { calls, agent, ns, clock, link, leases, openBell } = this.#context;
    const { ttlMs = usualTtl, task, waitMs = 0, signal: given, onDenied } = options;
    const closing = this.#closing.signal;
    const signal = given ? AbortSignal.any([given, closing]) : closing;
    let askedAt = 0;
    const asking: Line['calls'] = {
      claim: (...args) => {
        askedAt = clock.now();
        return calls.claim(...args);
      },
      cancel: (...args) => calls.cancel(...args),
    };
    const line = { calls: asking, ns, openBell, clock };
    const request = { resources, ttlMs, ...(task === undefined ? {} : { task }), waitMs, signal, onDenied };
    // A wait looks after lost connections itself.
    const reply = await link.insist(waitMs > 0 ? 0 : patience, () => claimInLine(line, agent, request));
    if (reply.kind !== 'granted') return reply;
    if (!signal.aborted) return { kind: 'granted', lease: leases.add(reply, askedAt) };
    await leases.unwanted(reply);
    return { kind: 'aborted' };
  }
}
