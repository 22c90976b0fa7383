import { resourceKind } from '../protocol/names.ts';
import { foldersAbove, overlaps } from '../protocol/overlap.ts';
import type { ResourceKind } from '../protocol/status.ts';
import type { Claim } from './picture.ts';
import { byText, keyOf } from './sorting.ts';

/** What makes a claim; times by the observer's clock. */
export interface Holding {
  resource: string;
  holder: string;
  /** Null for a plain lock. */
  token: number | null;
  /** The task it was claimed for, where it says one. */
  task: string | null;
  since: number;
  expiresAt: number | null;
}

/** A class, since an object with getters of its own takes much longer to make. */
export class ClaimRecord implements Claim {
  readonly key: string;
  readonly ns: string;
  readonly resource: string;
  readonly kind: ResourceKind;
  readonly holder: string;
  readonly level: 0 | 1;
  readonly token: number | null;
  since: number;
  expiresAt: number | null;
  ownTask: string | null;
  /** When its deadline was last told. */
  toldAt: number;
  readonly #context: ClaimContext;

  constructor(ns: string, holding: Holding, now: number, context: ClaimContext) {
    this.key = keyOf(ns, holding.resource);
    this.ns = ns;
    this.resource = holding.resource;
    this.kind = resourceKind(holding.resource);
    this.holder = holding.holder;
    this.level = holding.token === null ? 0 : 1;
    this.token = holding.token;
    this.since = holding.since;
    this.expiresAt = holding.expiresAt;
    this.ownTask = holding.task;
    this.toldAt = now;
    this.#context = context;
  }

  get task(): string | null {
    return this.ownTask ?? this.#context.taskOf(this.ns, this.holder);
  }

  get waiters(): readonly string[] {
    return this.#context.waitersOf(this);
  }
}

/** What of a claim follows from what else is known. */
export interface ClaimContext {
  taskOf(ns: string, holder: string): string | null;
  waitersOf(claim: Claim): readonly string[];
}

/** All claims, and how to find them. */
export class ClaimStore {
  readonly #context: ClaimContext;
  readonly #records = new Map<string, ClaimRecord>();
  /** What each holder holds; sorted when asked for, and kept so, since each row of an agent asks whenever it is drawn. */
  readonly #byHolder = new Map<string, { claims: Set<Claim>; sorted: readonly Claim[] | undefined }>();
  #sorted: readonly Claim[] | undefined;
  /** How many leases there are of each namespace. */
  readonly #leases = new Map<string, number>();

  constructor(context: ClaimContext) {
    this.#context = context;
  }

  get all(): readonly Claim[] {
    return (this.#sorted ??= [...this.#records.values()].sort(
      (a, b) => byText(a.ns, b.ns) || byText(a.resource, b.resource),
    ));
  }

  get size(): number {
    return this.#records.size;
  }

  countOf(ns: string): number {
    let count = 0;
    for (const claim of this.#records.values()) if (claim.ns === ns) count++;
    return count;
  }

  get(key: string): ClaimRecord | undefined {
    return this.#records.get(key);
  }

  /** A copy, so that records may come and go while it is walked through. */
  of(ns: string): ClaimRecord[] {
    return [...this.#records.values()].filter((claim) => claim.ns === ns);
  }

  leasesOf(ns: string): number {
    return this.#leases.get(ns) ?? 0;
  }

  heldBy(ns: string, agentId: string): readonly Claim[] {
    const held = this.#byHolder.get(keyOf(ns, agentId));
    if (!held) return [];
    return (held.sorted ??= [...held.claims].sort((a, b) => byText(a.resource, b.resource)));
  }

  /** The claims that clash with one on this resource. */
  overlapping(ns: string, resource: string): Claim[] {
    if (resourceKind(resource) === 'folder') return this.of(ns).filter((claim) => overlaps(resource, claim.resource));
    return [resource, ...foldersAbove(resource)].flatMap((place) => this.#records.get(keyOf(ns, place)) ?? []);
  }

  /** Adds a claim on a resource that has none. */
  add(ns: string, holding: Holding, now: number): ClaimRecord {
    const claim = new ClaimRecord(ns, holding, now, this.#context);
    this.#records.set(claim.key, claim);
    if (claim.level === 1) this.#leases.set(ns, this.leasesOf(ns) + 1);
    const holderKey = keyOf(ns, claim.holder);
    const held = this.#byHolder.get(holderKey) ?? { claims: new Set(), sorted: undefined };
    held.claims.add(claim);
    held.sorted = undefined;
    this.#byHolder.set(holderKey, held);
    this.#sorted = undefined;
    return claim;
  }

  delete(claim: ClaimRecord): void {
    this.#records.delete(claim.key);
    if (claim.level === 1) this.#leases.set(claim.ns, this.leasesOf(claim.ns) - 1);
    const holderKey = keyOf(claim.ns, claim.holder);
    const held = this.#byHolder.get(holderKey);
    held?.claims.delete(claim);
    if (held) held.sorted = undefined;
    if (held?.claims.size === 0) this.#byHolder.delete(holderKey);
    this.#sorted = undefined;
  }

  clear(): void {
    this.#records.clear();
    this.#byHolder.clear();
    this.#leases.clear();
    this.#sorted = undefined;
  }
}
