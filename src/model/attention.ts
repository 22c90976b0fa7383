import type { AttentionKind } from '../protocol/status.ts';
import { idOf } from './attentionIds.ts';
import { ongoing, type Facts } from './ongoing.ts';
import type { AttentionItem } from './picture.ts';

/** Something that happened once is shown for this long, in ms. */
const incidentAge = 600_000;
const maxIncidents = 50;
/** How many rows of one kind are worth a person's while. */
const maxOfKind = 50;

/** Most urgent first: who waits for a person, then what does harm now, then what only may. */
const urgency: Record<AttentionKind, number> = {
  'waiting-on-you': 0,
  conflict: 1,
  deadlock: 2,
  'dead-holder': 3,
  'run-failed': 4,
  error: 5,
  unguarded: 6,
  stalled: 7,
  restarted: 8,
  'no-expiry': 9,
  health: 10,
};

/** Keeps what happened once (errors, divergent updates) and what was dismissed, and makes the list. */
export class Attention {
  #incidents: AttentionItem[] = [];
  #count = 0;
  #changed = false;
  readonly #dismissed = new Set<string>();
  /** Up to which place each series was dismissed. */
  readonly #seen = new Map<string, number>();
  /** The list as it was last made. */
  #listed: readonly AttentionItem[] = [];

  /** Adds something that happened once. The same thing again replaces the former, so that a flood is one row. */
  incident(
    kind: AttentionKind,
    ns: string,
    agent: string | null,
    resource: string | null,
    detail: string | null,
    now: number,
    more: Pick<AttentionItem, 'circle' | 'failed'> = {},
  ): void {
    const same = (item: AttentionItem): boolean =>
      item.kind === kind &&
      item.ns === ns &&
      item.agent === agent &&
      item.resource === resource &&
      item.detail === detail;
    this.#incidents = this.#incidents.filter((item) => !same(item));
    const id = idOf(kind, ns, ++this.#count);
    this.#add({ id, kind, ns, agent, resource, since: now, detail, ...more });
  }

  /** Adds an edit that nothing guarded. All of one agent are one row, which names the last. */
  edit(
    ns: string,
    agent: string | null,
    resource: string | null,
    detail: string,
    holder: string | null,
    now: number,
  ): void {
    const kind = 'unguarded';
    const former = this.#incidents.find(
      (item) => item.kind === kind && item.ns === ns && item.agent === agent && item.detail === detail && item.count,
    );
    const isKnown = former !== undefined && !this.#dismissed.has(former.id);
    this.#incidents = this.#incidents.filter((item) => item !== former);
    const count = isKnown ? former.count! + 1 : 1;
    const id = idOf(kind, ns, ++this.#count);
    this.#add({
      id,
      kind,
      ns,
      agent,
      resource,
      since: now,
      detail,
      count,
      ...(holder === null ? {} : { holder }),
    });
  }

  /** Where there is no room, the oldest of the least urgent goes: a flood of these hides nothing that is more urgent. */
  #add(item: AttentionItem): void {
    this.#changed = true;
    this.#incidents.push(item);
    if (this.#incidents.length <= maxIncidents) return;
    const least = Math.max(...this.#incidents.map(({ kind }) => urgency[kind]));
    this.#incidents.splice(
      this.#incidents.findIndex(({ kind }) => urgency[kind] === least),
      1,
    );
  }

  /** Hides an item. It comes back as another when the same happens anew. */
  dismiss(id: string): void {
    this.#dismissed.add(id);
    const series = this.#listed.find((item) => item.id === id)?.series;
    if (series) this.#seen.set(series.name, series.at);
    this.#changed = true;
  }

  /** Drops incidents that are past their time. */
  expire(now: number): void {
    this.#incidents = this.#incidents.filter((item) => now - item.since < incidentAge);
  }

  /** Whether an incident or a dismissal came since this was last asked. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  list(facts: Facts, now: number): AttentionItem[] {
    const all = [...this.#incidents, ...ongoing(facts, now)];
    const ids = new Set(all.map((item) => item.id));
    for (const id of this.#dismissed) if (!ids.has(id)) this.#dismissed.delete(id);
    const names = new Set(all.map(({ series }) => series?.name));
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
    const perKind = new Map<AttentionKind, number>();
    this.#listed = all
      .filter(
        ({ id, series }) => !this.#dismissed.has(id) && !(series && series.at <= (this.#seen.get(series.name) ?? -1)),
      )
      .sort((a, b) => urgency[a.kind] - urgency[b.kind] || a.since - b.since || (a.id < b.id ? -1 : 1))
      .filter((item) => {
        const count = (perKind.get(item.kind) ?? 0) + 1;
        perKind.set(item.kind, count);
        return count <= maxOfKind;
      });
    return [...this.#listed];
  }

  clear(): void {
    this.#incidents = [];
    this.#listed = [];
    this.#dismissed.clear();
    this.#seen.clear();
  }
}
