import type { Change } from '../../protocol/changes.ts';
import type { Clock } from '../../protocol/clock.ts';
import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import { limits } from '../../protocol/names.ts';
import { personRole } from '../../protocol/person.ts';
import type { Calls, ClaimReply, ClaimRequest, Granted } from '../../redis/library/calls.ts';

/** Why this window wants a claim: the person said so, or the file has changes that are not saved. */
export type Why = 'hand' | 'unsaved';

interface Place {
  readonly ns: string;
  readonly resource: string;
}

/** A claim of the person that this window wants. */
export interface Own extends Place {
  readonly whys: ReadonlySet<Why>;
}

/** What became of a claim that the person still wants: it is another's now, was ended by somebody, or cannot be had again. */
export type Loss =
  | { kind: 'handed'; to: string; by: string; reason: string }
  | { kind: 'ended'; by: string; reason: string }
  | { kind: 'taken'; reply: Exclude<ClaimReply, Granted> };

export interface OwnClaimsOptions {
  /** As which agent the person acts, in all of their windows. */
  readonly name: string;
  readonly host: string;
  /** @throws UserError where there is no connection */
  readonly calls: (ns: string) => Pick<Calls, 'hello' | 'claim' | 'renew' | 'release'>;
  /** Resolves when all that the server told before has been heard. */
  readonly caughtUp: () => Promise<void>;
  readonly clock: Clock;
  readonly onLost: (claim: Own, loss: Loss) => void;
}

/** Long enough for a laptop to look for its network, and not so long that a window that crashed keeps agents waiting; ms. */
const ttlMs = 120_000;
const renewEvery = ttlMs / 3;
/** Before the next try where one failed, ms. */
const againDelay = 2_000;
/** Claims that one window keeps. */
const mostKept = 200;

/** For what it is claimed, as agents that are denied are told. */
const tasks: Record<Why, string> = { hand: 'claimed by hand', unsaved: 'unsaved changes in the editor' };

/** What the person asks for. */
export const wishFor = ({ resource }: Place, why: Why): ClaimRequest => ({
  resources: [resource],
  ttlMs,
  task: tasks[why],
});

interface Kept extends Own {
  readonly whys: Set<Why>;
  /** Null while it is to be taken again. */
  token: number | null;
}

/**
 * The claims that the person wants in this window, kept while it lives: renewed, and taken again where another window of the same
 * person gave them back or the lease ran out while there was no connection. What somebody else ended or has taken is told, and let go.
 */
export class OwnClaims implements Disposable {
  readonly #options: OwnClaimsOptions;
  readonly #kept = new Map<string, Kept>();
  /** Namespaces in which hello was said on this connection. */
  readonly #greeted = new Set<string>();
  readonly #changed = new Emitter<void>();
  readonly #ended = new Emitter<Place>();
  #timer: Disposable | undefined;
  /** What is to be done one after the other, so that no answer is overtaken by a later question. */
  #last: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  /** What {@link all} holds may be another now. */
  readonly onDidChange = this.#changed.event;
  /** A claim was ended by the person, or by somebody else: not for want of a connection, nor with one of its reasons. */
  readonly onDidEnd = this.#ended.event;

  constructor(options: OwnClaimsOptions) {
    this.#options = options;
  }

  get all(): readonly Own[] {
    return [...this.#kept.values()];
  }

  /** Why this window wants a claim on exactly this; empty where it does not. */
  whysOf(place: Place): ReadonlySet<Why> {
    return this.#kept.get(keyOf(place))?.whys ?? new Set();
  }

  /**
   * Claims, and keeps what was granted. `LIMIT window` where this window keeps as many as it can.
   * @throws UserError as the library's call does
   */
  claim(place: Place, why: Why): Promise<ClaimReply> {
    return this.#inTurn(async () => {
      if (!this.#kept.has(keyOf(place)) && this.#kept.size >= mostKept) return { kind: 'limit', what: 'window' };
      await this.#greet(place.ns);
      const reply = await this.#ask(place, why);
      if (reply.kind === 'granted') this.keep(place, why, reply);
      return reply;
    });
  }

  /** Keeps what was claimed in the person's name in another way. */
  keep({ ns, resource }: Place, why: Why, granted: Granted): void {
    const key = keyOf({ ns, resource });
    const kept = this.#kept.get(key) ?? { ns, resource, whys: new Set<Why>(), token: null };
    kept.token = granted.tokens.get(resource) ?? null;
    kept.whys.add(why);
    this.#kept.set(key, kept);
    if (this.#timer === undefined) this.#next(renewEvery);
    this.#changed.fire();
  }

  /**
   * Wants a claim no longer for this reason, or (null) for any, and gives it back where no other is left. `known` is the token of
   * a claim that another window made. Answers whether something was given back.
   * @throws UserError as the library's call does; it is wanted no longer all the same, and runs out by itself
   */
  release(place: Place, why: Why | null, known: number | null = null): Promise<boolean> {
    const key = keyOf(place);
    const kept = this.#kept.get(key);
    if (why === null) this.#ended.fire(place);
    if (kept !== undefined) {
      if (why === null) kept.whys.clear();
      else kept.whys.delete(why);
      if (kept.whys.size > 0) return Promise.resolve(false);
      this.#kept.delete(key);
      this.#changed.fire();
    }
    return this.#inTurn(async () => {
      // Wanted again meanwhile.
      if (this.#kept.has(key)) return false;
      const token = kept?.token ?? known;
      if (token === null) return false;
      const [released] = await this.#options.calls(place.ns).release(this.#options.name, [[place.resource, token]]);
      return released === true;
    });
  }

  /** There is a connection again, or another one to the same server. */
  connected(): void {
    this.#greeted.clear();
    if (this.#kept.size > 0) void this.#look();
  }

  /** Only these fleets of the server are followed from now on, none of another server: claims in others run out by themselves. */
  moved(namespaces: readonly string[]): void {
    const before = this.#kept.size;
    for (const [key, { ns }] of this.#kept) if (!namespaces.includes(ns)) this.#kept.delete(key);
    if (this.#kept.size !== before) this.#changed.fire();
  }

  /** What the library told of a namespace. */
  heard(ns: string, change: Change): void {
    if (!('resource' in change) || change.resource === null) return;
    const kept = this.#kept.get(keyOf({ ns, resource: change.resource }));
    if (kept === undefined) return;
    const { name } = this.#options;
    if (change.kind === 'claim' && change.agent === name) kept.token = change.token;
    if (change.kind === 'transfer' && change.from === name && change.agent !== name) {
      this.#lose(kept, { kind: 'handed', to: change.agent, by: change.by, reason: change.reason });
    }
    const isOver = change.kind === 'release' || change.kind === 'expire' || change.kind === 'break';
    if (!isOver || change.agent !== name || change.token !== kept.token) return;
    if (change.kind === 'break') return this.#lose(kept, { kind: 'ended', by: change.by, reason: change.reason });
    kept.token = null;
    void this.#look();
  }

  /** Gives everything back, as far as that can still be said. */
  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.dispose();
    for (const [ns, kept] of this.#byNamespace()) {
      const held = kept.flatMap(({ resource, token }) => (token === null ? [] : [[resource, token] as const]));
      try {
        // Whoever ends waits for no answer, and what is not heard runs out by itself.
        if (held.length > 0)
          this.#options
            .calls(ns)
            .release(this.#options.name, held)
            .catch(() => undefined);
      } catch {
        // There is no connection.
      }
    }
    this.#kept.clear();
    this.#changed.dispose();
    this.#ended.dispose();
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(step);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #ask(place: Place, why: Why): Promise<ClaimReply> {
    const { calls, name } = this.#options;
    return calls(place.ns).claim(name, wishFor(place, why));
  }

  /** Says who acts, before the first that is done on a connection. */
  async #greet(ns: string): Promise<void> {
    if (this.#greeted.has(ns)) return;
    const { calls, name, host } = this.#options;
    await calls(ns).hello(name, { host, role: personRole });
    this.#greeted.add(ns);
  }

  #next(ms: number): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (!this.#isDisposed && this.#kept.size > 0) this.#timer = this.#options.clock.after(ms, () => void this.#look());
  }

  /** Renews all, and takes again what is gone. Never rejects. */
  #look(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isDisposed) return;
      let delay = renewEvery;
      for (const [ns, kept] of this.#byNamespace()) {
        try {
          await this.#renew(ns, kept);
        } catch {
          // That there is no connection is said elsewhere; what cannot be renewed ends when its time is over.
          delay = againDelay;
        }
      }
      this.#next(delay);
    });
  }

  async #renew(ns: string, kept: readonly Kept[]): Promise<void> {
    const { calls, caughtUp, name } = this.#options;
    await this.#greet(ns);
    const missing = kept.filter(({ token }) => token === null);
    const held = kept.flatMap((each) => (each.token === null ? [] : [{ each, token: each.token }]));
    for (let from = 0; from < held.length; from += limits.resourcesPerCall) {
      const some = held.slice(from, from + limits.resourcesPerCall);
      const lost = new Set(
        await calls(ns).renew(
          name,
          some.map(({ each, token }) => [each.resource, token]),
        ),
      );
      missing.push(...some.filter(({ each }) => lost.has(each.resource)).map(({ each }) => each));
    }
    // Who ended it, if somebody did, may only now be told.
    if (missing.length > 0) await caughtUp();
    for (const each of missing) await this.#takeAgain(each);
  }

  async #takeAgain(kept: Kept): Promise<void> {
    if (!this.#isKept(kept)) return;
    const reply = await this.#ask(kept, kept.whys.has('hand') ? 'hand' : 'unsaved');
    const token = reply.kind === 'granted' ? (reply.tokens.get(kept.resource) ?? null) : null;
    if (!this.#isKept(kept)) {
      // It was given up while we asked.
      if (token !== null) await this.#options.calls(kept.ns).release(this.#options.name, [[kept.resource, token]]);
    } else if (reply.kind === 'granted') kept.token = token;
    else this.#lose(kept, { kind: 'taken', reply });
  }

  #isKept(kept: Kept): boolean {
    return this.#kept.get(keyOf(kept)) === kept;
  }

  #lose(kept: Kept, loss: Loss): void {
    this.#kept.delete(keyOf(kept));
    this.#options.onLost(kept, loss);
    if (loss.kind !== 'taken') this.#ended.fire(kept);
    this.#changed.fire();
  }

  #byNamespace(): Map<string, Kept[]> {
    const found = new Map<string, Kept[]>();
    for (const kept of this.#kept.values()) found.set(kept.ns, [...(found.get(kept.ns) ?? []), kept]);
    return found;
  }
}

const keyOf = ({ ns, resource }: Place): string => `${ns}\0${resource}`;
