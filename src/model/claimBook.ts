import type { LockSeen } from '../protocol/messages.ts';
import { resourceKind } from '../protocol/names.ts';
import type { ResourceKind, WatchKind } from '../protocol/status.ts';
import type { Claim } from './picture.ts';
import { byText, keyOf } from './sorting.ts';

/** PTTL is measured on a link with jitter: a deadline that moved less than this did not move, in ms. */
const jitter = 500;
/** Who holds a lock whose value names nobody. */
export const nobody = '?';

export interface ClaimEvent {
  kind: Extract<WatchKind, 'claim' | 'renew' | 'release' | 'expire'>;
  claim: Claim;
}

interface ClaimRecord extends Claim {
  expiresAt: number | null;
}

/** All claims, as the sweeps over lock keys show them. */
export class ClaimBook {
  readonly #taskOf: (ns: string, holder: string) => string | null;
  readonly #records = new Map<string, ClaimRecord>();
  /** What each holder holds; sorted when asked for, and kept so, since each row of an agent asks whenever it is drawn. */
  readonly #byHolder = new Map<string, { claims: Set<Claim>; sorted: readonly Claim[] | undefined }>();
  #sorted: readonly Claim[] | undefined;
  /** Namespaces of which a sweep met more locks than are looked at. */
  readonly #incomplete = new Set<string>();

  constructor(taskOf: (ns: string, holder: string) => string | null) {
    this.#taskOf = taskOf;
  }

  get all(): readonly Claim[] {
    return (this.#sorted ??= [...this.#records.values()].sort(
      (a, b) => byText(a.ns, b.ns) || byText(a.resource, b.resource),
    ));
  }

  get incomplete(): boolean {
    return this.#incomplete.size > 0;
  }

  get(key: string): Claim | undefined {
    return this.#records.get(key);
  }

  heldBy(ns: string, agentId: string): readonly Claim[] {
    const held = this.#byHolder.get(keyOf(ns, agentId));
    if (!held) return [];
    return (held.sorted ??= [...held.claims].sort((a, b) => byText(a.resource, b.resource)));
  }

  /** Compares a sweep with what was known. Keys of changed claims are added to `changed`; what happened is returned. */
  applySweep(
    ns: string,
    locks: readonly LockSeen[],
    complete: boolean,
    now: number,
    changed: Set<string>,
  ): ClaimEvent[] {
    const events: ClaimEvent[] = [];
    const seen = new Set<string>();
    for (const lock of locks) {
      const key = keyOf(ns, lock.resource);
      seen.add(key);
      const known = this.#records.get(key);
      const expiresAt = lock.ttlMs === null ? null : now + lock.ttlMs;
      const holder = lock.holder ?? nobody;
      if (known && known.holder === holder && known.token === lock.token) {
        const event = renewal(known, expiresAt);
        if (event === undefined) continue;
        known.expiresAt = expiresAt;
        changed.add(key);
        if (event) events.push({ kind: event, claim: known });
        continue;
      }
      if (known) events.push(this.#remove(known, now));
      const claim = this.#add(ns, lock.resource, holder, lock.token, expiresAt, now);
      changed.add(key);
      events.push({ kind: 'claim', claim });
    }
    if (complete) this.#incomplete.delete(ns);
    else this.#incomplete.add(ns);
    // Also where there are more locks than are looked at: a sweep looks first at those that the one before it saw.
    for (const claim of [...this.#records.values()]) {
      if (claim.ns !== ns || seen.has(claim.key)) continue;
      events.push(this.#remove(claim, now));
      changed.add(claim.key);
    }
    return events;
  }

  clear(): void {
    this.#records.clear();
    this.#byHolder.clear();
    this.#incomplete.clear();
    this.#sorted = undefined;
  }

  #add(
    ns: string,
    resource: string,
    holder: string,
    token: number | null,
    expiresAt: number | null,
    now: number,
  ): ClaimRecord {
    const taskOf = this.#taskOf;
    const kind: ResourceKind = resourceKind(resource);
    const claim: ClaimRecord = {
      key: keyOf(ns, resource),
      ns,
      resource,
      kind,
      holder,
      level: token === null ? 0 : 1,
      token,
      get task() {
        return taskOf(ns, holder);
      },
      since: now,
      expiresAt,
      waiters: [],
    };
    this.#records.set(claim.key, claim);
    const holderKey = keyOf(ns, holder);
    const held = this.#byHolder.get(holderKey) ?? { claims: new Set(), sorted: undefined };
    held.claims.add(claim);
    held.sorted = undefined;
    this.#byHolder.set(holderKey, held);
    this.#sorted = undefined;
    return claim;
  }

  #remove(claim: ClaimRecord, now: number): ClaimEvent {
    this.#records.delete(claim.key);
    const holderKey = keyOf(claim.ns, claim.holder);
    const held = this.#byHolder.get(holderKey);
    held?.claims.delete(claim);
    if (held) held.sorted = undefined;
    if (held?.claims.size === 0) this.#byHolder.delete(holderKey);
    this.#sorted = undefined;
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
