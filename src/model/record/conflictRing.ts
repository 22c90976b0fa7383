import type { ConflictKind, HotFile } from '../../protocol/panel/picture.ts';
import { keyOf } from '../sorting.ts';
import { bounded } from './lineRing.ts';
import { kindIndex, noConflicts } from './tally.ts';

/** A resource, shared by all conflicts over it. */
interface Place {
  readonly ns: string;
  readonly resource: string;
  count: number;
}

interface Clash {
  readonly at: number;
  readonly kind: ConflictKind;
  readonly place: Place;
  readonly agents: readonly string[];
}

export interface ConflictLimits {
  readonly clashes: number;
  /** UTF-16 units of the names of resources. */
  readonly units: number;
}

/** What the page takes. */
const most = { files: 20, agents: 8 } as const;

/** Which resources agents clashed over lately: the newest conflicts that have one. */
export class ConflictRing {
  readonly #limits: ConflictLimits;
  readonly #places = new Map<string, Place>();
  #units = 0;
  #clashes: Clash[] = [];
  #head = 0;

  constructor(limits: ConflictLimits = { clashes: 20_000, units: 4_000_000 }) {
    this.#limits = limits;
  }

  get kept(): number {
    return this.#clashes.length - this.#head;
  }

  add(at: number, kind: ConflictKind, ns: string, resource: string, agents: readonly string[]): void {
    const key = keyOf(ns, resource);
    let place = this.#places.get(key);
    if (!place) {
      place = { ns, resource, count: 0 };
      this.#places.set(key, place);
      this.#units += resource.length;
    }
    place.count++;
    this.#clashes.push({ at, kind, place, agents: agents.slice(0, most.agents) });
    while (this.kept > this.#limits.clashes || this.#units > this.#limits.units) this.#drop();
    if (this.#head < 1_024 || this.#head * 2 < this.#clashes.length) return;
    this.#clashes = this.#clashes.slice(this.#head);
    this.#head = 0;
  }

  /**
   * The resources that were clashed over most often since a time.
   * @param agent key of an agent that took part; null for all
   */
  hot(since: number, agent: string | null): HotFile[] {
    const found = new Map<Place, { count: number; agents: Set<string>; byKind: number[] }>();
    for (let i = this.#clashes.length - 1; i >= this.#head; i--) {
      const { at, kind, place, agents } = this.#clashes[i]!;
      if (at < since) break;
      if (agent !== null && !agents.some((id) => keyOf(place.ns, id) === agent)) continue;
      const sums = found.get(place) ?? { count: 0, agents: new Set(), byKind: noConflicts() };
      found.set(place, sums);
      sums.count++;
      sums.byKind[kindIndex[kind]]!++;
      for (const id of agents) if (sums.agents.size < most.agents) sums.agents.add(id);
    }
    return [...found]
      .sort(([a, x], [b, y]) => y.count - x.count || (a.resource < b.resource ? -1 : 1))
      .slice(0, most.files)
      .map(([{ ns, resource }, { count, agents, byKind }]) => ({
        ns: bounded(ns, 256),
        resource: bounded(resource, 1_024),
        count,
        agents: [...agents].map((id) => bounded(id, 512)),
        byKind,
      }));
  }

  /** Forgets what lies in the future of a time. */
  setBack(ms: number): void {
    const kept = this.#clashes.slice(this.#head).filter(({ at }) => at < ms);
    this.clear();
    for (const { at, kind, place, agents } of kept) this.add(at, kind, place.ns, place.resource, agents);
  }

  clear(): void {
    this.#places.clear();
    this.#clashes = [];
    this.#head = this.#units = 0;
  }

  #drop(): void {
    const { place } = this.#clashes[this.#head]!;
    this.#clashes[this.#head++] = undefined!;
    if (--place.count > 0) return;
    this.#places.delete(keyOf(place.ns, place.resource));
    this.#units -= place.resource.length;
  }
}
