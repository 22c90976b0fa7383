import type { LockSeen } from '../protocol/messages.ts';
import type { WatchKind } from '../protocol/status.ts';
import type { ClaimRecord, ClaimStore } from './claimStore.ts';
import type { Claim } from './picture.ts';
import { keyOf } from './sorting.ts';

/** PTTL is measured on a link with jitter: a deadline that moved less than this did not move, in ms. */
const jitter = 500;
/** Of a lease that the library tells of, a sweep sets right only a deadline that is off by more than this, in ms. */
const skewed = 1_000;
/** A sweep that was read before a deadline was told knows nothing about it; none that matters is read for so long, in ms. */
const longestSweep = 2_000;
/** A lease that is over for so long, and whose lock is gone, has ended although nobody looked after it, in ms. */
const forgotten = 10_000;
/** Who holds a lock whose value names nobody. */
export const nobody = '?';

export interface ClaimEvent {
  kind: Extract<WatchKind, 'claim' | 'renew' | 'release' | 'expire'>;
  claim: Claim;
}

/** Claims as the sweeps over lock keys show them: all of them, or only the plain ones where the library tells of leases. */
export class LockSweeps {
  readonly #claims: ClaimStore;
  /** Namespaces of which a sweep met more locks than are looked at. */
  readonly #incomplete = new Set<string>();
  /** Namespaces that were swept. */
  readonly #swept = new Set<string>();

  constructor(claims: ClaimStore) {
    this.#claims = claims;
  }

  isFirst(ns: string): boolean {
    return !this.#swept.has(ns);
  }

  get incomplete(): boolean {
    return this.#incomplete.size > 0;
  }

  /**
   * Compares a sweep with what was known. Keys of changed claims are added to `changed`; what happened is returned.
   * @param told the library tells of its leases, which begin and end by its word alone
   */
  apply(
    ns: string,
    locks: readonly LockSeen[],
    complete: boolean,
    told: boolean,
    now: number,
    changed: Set<string>,
  ): ClaimEvent[] {
    this.#swept.add(ns);
    const events: ClaimEvent[] = [];
    const seen = new Set<string>();
    for (const lock of locks) if (this.#take(ns, lock, told, now, changed, events)) seen.add(keyOf(ns, lock.resource));
    if (complete) this.#incomplete.delete(ns);
    else this.#incomplete.add(ns);
    // Also where there are more locks than are looked at: a sweep looks first at those that the one before it saw.
    for (const claim of this.#claims.of(ns)) {
      if (seen.has(claim.key) || (told && !isForgotten(claim, complete, now))) continue;
      events.push(this.#end(claim, now));
      changed.add(claim.key);
    }
    return events;
  }

  /** As {@link apply}, of single locks: these were read again, and those are gone. */
  touch(
    ns: string,
    locks: readonly LockSeen[],
    gone: readonly string[],
    told: boolean,
    now: number,
    changed: Set<string>,
  ): ClaimEvent[] {
    const events: ClaimEvent[] = [];
    // A plain lock that a lease took the place of is gone; the lease begins by the library's word.
    const leased = locks.filter((lock) => !this.#take(ns, lock, told, now, changed, events));
    for (const resource of [...gone, ...leased.map((lock) => lock.resource)]) {
      const claim = this.#claims.get(keyOf(ns, resource));
      if (!claim || (told && claim.level === 1)) continue;
      events.push(this.#end(claim, now));
      changed.add(claim.key);
    }
    return events;
  }

  clear(): void {
    this.#incomplete.clear();
    this.#swept.clear();
  }

  /** Takes what a lock is now; answers whether it is one of those that are known by their locks. */
  #take(
    ns: string,
    { resource, holder: name, token, ttlMs }: LockSeen,
    told: boolean,
    now: number,
    changed: Set<string>,
    events: ClaimEvent[],
  ): boolean {
    const key = keyOf(ns, resource);
    const known = this.#claims.get(key);
    const expiresAt = ttlMs === null ? null : now + ttlMs;
    if (told && (token !== null || known?.level === 1)) {
      if (known?.level === 1 && known.token === token && correct(known, expiresAt, now)) changed.add(key);
      return false;
    }
    const holder = name ?? nobody;
    if (known && known.holder === holder && known.token === token) {
      const event = renewal(known, expiresAt);
      if (event === undefined) return true;
      known.expiresAt = expiresAt;
      changed.add(key);
      if (event) events.push({ kind: event, claim: known });
      return true;
    }
    if (known) events.push(this.#end(known, now));
    const claim = this.#claims.add(ns, { resource, holder, token, task: null, since: now, expiresAt }, now);
    events.push({ kind: 'claim', claim });
    changed.add(key);
    return true;
  }

  #end(claim: ClaimRecord, now: number): ClaimEvent {
    this.#claims.delete(claim);
    // A sweep cannot see why a lock is gone; past its deadline it has expired.
    const expired = claim.expiresAt !== null && claim.expiresAt <= now;
    return { kind: expired ? 'expire' : 'release', claim };
  }
}

/** Whether the deadline moved: undefined if not, `renew` if to later, null if otherwise. */
function renewal(known: Claim, expiresAt: number | null): 'renew' | null | undefined {
  if (known.expiresAt === null || expiresAt === null) {
    if (known.expiresAt === expiresAt) return undefined;
    return expiresAt === null ? null : 'renew';
  }
  if (Math.abs(expiresAt - known.expiresAt) < jitter) return undefined;
  return expiresAt > known.expiresAt ? 'renew' : null;
}

/** Sets a told lease's deadline right by its lock; returns whether that had to be. */
function correct(known: ClaimRecord, expiresAt: number | null, now: number): boolean {
  if (expiresAt === null || now - known.toldAt <= longestSweep) return false;
  if (Math.abs(expiresAt - (known.expiresAt ?? 0)) <= skewed) return false;
  known.expiresAt = expiresAt;
  return true;
}

/** Whether a claim that no sweep sees is over: a plain lock at once, a lease long after its end. */
function isForgotten(claim: Claim, complete: boolean, now: number): boolean {
  return claim.level === 0 || (complete && (claim.expiresAt ?? now) + forgotten <= now);
}
