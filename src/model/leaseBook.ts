import type { ClaimStore, Holding } from './claimStore.ts';
import type { ClaimEvent } from './lockSweeps.ts';
import type { Claim } from './picture.ts';
import { keyOf } from './sorting.ts';

/** As many as a sweep reads locks of a namespace. */
const most = 5_000;

export interface Lease extends Holding {
  token: number;
  expiresAt: number;
}

/** Claims as the function library tells of them. What is told may be older than what is known: tokens say so. */
export class LeaseBook {
  readonly #claims: ClaimStore;
  /** Namespaces with more leases than are kept. */
  readonly #incomplete = new Set<string>();

  constructor(claims: ClaimStore) {
    this.#claims = claims;
  }

  get incomplete(): boolean {
    return this.#incomplete.size > 0;
  }

  /**
   * Enters a lease, unless a newer one is known. The very same again only moves its deadline. The key of what changed is
   * added to `changed`; what it took the place of is returned.
   */
  grant(ns: string, lease: Lease, now: number, changed: Set<string>): Claim | null {
    const known = this.#claims.get(keyOf(ns, lease.resource));
    if (known?.token === lease.token) {
      this.prolong(ns, lease, lease.expiresAt, now, changed);
      return null;
    }
    if (known?.level === 1 && known.token! > lease.token) return null;
    if (known?.level !== 1 && this.#claims.leasesOf(ns) >= most) {
      this.#incomplete.add(ns);
      return null;
    }
    if (known) this.#claims.delete(known);
    changed.add(this.#claims.add(ns, lease, now).key);
    return known ?? null;
  }

  /** Moves the deadline of the lease with this token, nearer only where it `yields`, and names its task where that is told. */
  prolong(
    ns: string,
    {
      resource,
      token,
      task,
      yields = false,
    }: { resource: string; token: number; task: string | null; yields?: boolean },
    expiresAt: number,
    now: number,
    changed: Set<string>,
  ): Claim | null {
    const known = this.#claims.get(keyOf(ns, resource));
    if (!known || known.token !== token) return null;
    known.expiresAt = yields ? expiresAt : Math.max(known.expiresAt ?? 0, expiresAt);
    known.ownTask = task ?? known.ownTask;
    known.toldAt = now;
    changed.add(known.key);
    return known;
  }

  /** Ends the lease with this token, or the plain lock where that is null; returns what ended. */
  end(ns: string, resource: string, token: number | null, changed: Set<string>): Claim | null {
    const known = this.#claims.get(keyOf(ns, resource));
    if (!known || known.token !== token) return null;
    this.#claims.delete(known);
    changed.add(known.key);
    return known;
  }

  /** Takes these for all leases that there are. What ended and what began by that is returned, in this order. */
  replace(ns: string, leases: readonly Lease[], now: number, changed: Set<string>): ClaimEvent[] {
    const left = new Map(leases.slice(0, most).map((lease) => [keyOf(ns, lease.resource), lease]));
    if (leases.length > most) this.#incomplete.add(ns);
    else this.#incomplete.delete(ns);
    const events: ClaimEvent[] = [];
    for (const claim of this.#claims.of(ns)) {
      const lease = left.get(claim.key);
      if (lease?.token === claim.token) {
        left.delete(claim.key);
        claim.since = lease.since;
        claim.expiresAt = lease.expiresAt;
        claim.ownTask = lease.task;
        claim.toldAt = now;
      } else if (claim.level === 1 || lease) {
        this.#claims.delete(claim);
        events.push({ kind: 'release', claim });
      } else continue;
      changed.add(claim.key);
    }
    for (const lease of left.values()) {
      const claim = this.#claims.add(ns, lease, now);
      changed.add(claim.key);
      events.push({ kind: 'claim', claim });
    }
    return events;
  }

  clear(): void {
    this.#incomplete.clear();
  }
}
