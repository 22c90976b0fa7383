import { randomUUID } from 'node:crypto';
import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import { wakePrefix } from '../../protocol/names.ts';
import type { Calls, ClaimReply, ClaimRequest, Denied } from './calls.ts';
import { isPassing } from '../passing.ts';

/** A connection that may be blocked; a client of ioredis is one. It is ended when the wait is over. */
export interface Bell {
  blpop(key: string, seconds: number): Promise<unknown>;
  disconnect(): void;
}

/** What waiting in line needs. */
export interface Line {
  calls: Pick<Calls, 'claim' | 'cancel'>;
  ns: string;
  /** Opens a connection of the wait's own, once it is known that there is something to wait for. */
  openBell: () => Promise<Bell>;
  clock: Clock;
}

export interface InLineRequest extends Omit<ClaimRequest, 'waitId'> {
  /** The longest wait, in ms, up to 24 h; 0 asks once and does not join the queue. */
  waitMs: number;
  signal?: AbortSignal | undefined;
  /** Told at each denial while the wait goes on. */
  onDenied?: ((denied: Denied) => void) | undefined;
}

export type InLineReply =
  | ClaimReply
  /** The time was up; `denied` is what was in the way last. */
  | { kind: 'waited-in-vain'; denied: Denied }
  | { kind: 'aborted' };

/** Longest time to block, in ms. Less than the 5 s of the protocol, since a client gives a command up after as much. */
const longestBlock = 4_000;
/** A lock that ends in this moment must not be asked for in a tight circle; and 0 would block for ever. */
const shortestBlock = 20;
/** Longest wait, in ms: beyond it lies what a timer cannot count. */
const longestWait = 86_400_000;
/** Before the next try where there is no connection, in ms. */
const againDelay = 250;

/**
 * Claims, and where that is denied waits in line until it is granted, the time is up or the signal aborts; then the queue
 * is left. Meanwhile a lost connection is waited for, too. An abort that comes too late is answered with the grant:
 * whoever does not want it any more releases it.
 * @throws UserError as `Calls.claim` does; for want of a connection only when the time is up
 */
export async function claimInLine(line: Line, agent: string, request: InLineRequest): Promise<InLineReply> {
  const { calls, ns, clock } = line;
  const { waitMs, signal, onDenied, ...claim } = request;
  if (signal?.aborted === true) return { kind: 'aborted' };
  if (waitMs <= 0) return calls.claim(agent, claim);
  const waitId = randomUUID();
  const end = new End(clock, Math.min(waitMs, longestWait), signal);
  const ringer = new Ringer(line.openBell, `${ns}${wakePrefix}${waitId}`, end);
  let denied: Denied | undefined;
  let lost: unknown;
  try {
    while (end.why === null) {
      try {
        const reply = await calls.claim(agent, { ...claim, waitId });
        if (reply.kind !== 'denied') return reply;
        denied = reply;
        lost = undefined;
        onDenied?.(reply);
        await ringer.rings(Math.min(Math.max(reply.leftMs ?? longestBlock, shortestBlock), longestBlock));
      } catch (error) {
        if (!isPassing(error)) throw error;
        lost = error;
        await end.orAfter(againDelay);
      }
    }
    const late = await leave(calls, agent, waitId, claim);
    if (late) return late;
    if (end.why === 'aborted') return { kind: 'aborted' };
    if (denied && lost === undefined) return { kind: 'waited-in-vain', denied };
    throw lost;
  } catch (error) {
    // Who was not told that we go would wait behind us until we have been silent for long enough.
    if (denied && error !== lost) await calls.cancel(agent, waitId).catch(() => false);
    throw error;
  } finally {
    end.dispose();
    ringer.dispose();
  }
}

/** Leaves the queue; returns what was granted in the same moment. */
async function leave(
  calls: Line['calls'],
  agent: string,
  waitId: string,
  claim: ClaimRequest,
): Promise<ClaimReply | undefined> {
  try {
    if (await calls.cancel(agent, waitId)) return undefined;
    // We stood in no queue any more. If that is because it is ours, asking again tells the tokens.
    const reply = await calls.claim(agent, claim);
    return reply.kind === 'granted' ? reply : undefined;
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}

/** The end of a wait: its time is up, or it is not wanted any more. */
class End implements Disposable {
  readonly #clock: Clock;
  readonly #timers = new Set<Disposable>();
  readonly #reached: Promise<void>;
  readonly #forget: () => void;
  why: 'time' | 'aborted' | null = null;

  constructor(clock: Clock, ms: number, signal: AbortSignal | undefined) {
    this.#clock = clock;
    let abort!: () => void;
    this.#reached = new Promise((resolve) => {
      const reach = (why: 'time' | 'aborted'): void => {
        this.why ??= why;
        resolve();
      };
      abort = () => reach('aborted');
      this.#timers.add(clock.after(ms, () => reach('time')));
    });
    signal?.addEventListener('abort', abort);
    this.#forget = () => signal?.removeEventListener('abort', abort);
  }

  /** Resolves with what comes first: the end, or this. */
  async or(step: Promise<unknown>): Promise<void> {
    await Promise.race([step, this.#reached]);
  }

  /** Resolves after `ms`, or at the end. */
  async orAfter(ms: number): Promise<void> {
    let timer!: Disposable;
    const after = new Promise<void>((resolve) => (timer = this.#clock.after(ms, resolve)));
    this.#timers.add(timer);
    await this.or(after);
    timer.dispose();
    this.#timers.delete(timer);
  }

  dispose(): void {
    this.#forget();
    for (const timer of this.#timers) timer.dispose();
  }
}

/** Blocks on the key that is rung when it is our turn, on a connection that is opened when it is needed. */
class Ringer implements Disposable {
  readonly #open: () => Promise<Bell>;
  readonly #key: string;
  readonly #end: End;
  #bell: Promise<Bell> | undefined;

  constructor(open: () => Promise<Bell>, key: string, end: End) {
    this.#open = open;
    this.#key = key;
    this.#end = end;
  }

  /** Resolves when it was rung, after `ms`, or at the end. Never rejects: who cannot block asks again a little later. */
  async rings(ms: number): Promise<void> {
    const bell = (this.#bell ??= this.#open());
    try {
      await this.#end.or(bell.then((open) => open.blpop(this.#key, ms / 1000)));
    } catch {
      this.dispose();
      await this.#end.orAfter(againDelay);
    }
  }

  dispose(): void {
    // One that is still being opened is closed as soon as it is open.
    this.#bell?.then(
      (open) => open.disconnect(),
      () => {},
    );
    this.#bell = undefined;
  }
}
