import type { QueueSeen } from '../protocol/queueSeen.ts';
import type { Queue } from './picture.ts';
import { figuresOf, newsOf, type QueueFigures } from './queueFigures.ts';
import { QueueFlow } from './queueFlow.ts';
import { byText, keyOf } from './sorting.ts';

/** Redis has no empty lists: one that was drained stays in the picture for this long, in ms. */
const emptyFor = 600_000;
const maxQueues = 400;

type QueueRecord = { -readonly [K in keyof Queue]: Queue[K] } & {
  readonly flow: QueueFlow;
  emptySince: number | null;
};

/** All queues, as sweeps show them. */
export class QueueBook {
  readonly #records = new Map<string, QueueRecord>();
  readonly #incomplete = new Set<string>();
  #sorted: readonly Queue[] | undefined;

  get all(): readonly Queue[] {
    return (this.#sorted ??= [...this.#records.values()].sort((a, b) => byText(a.ns, b.ns) || byText(a.name, b.name)));
  }

  get incomplete(): boolean {
    return this.#incomplete.size > 0;
  }

  get(key: string): Queue | undefined {
    return this.#records.get(key);
  }

  /** Compares a sweep with what was known; adds to `changed` and returns the queues of which something is another now. */
  applySweep(ns: string, queues: readonly QueueSeen[], complete: boolean, now: number, changed: Set<string>): Queue[] {
    if (complete) this.#incomplete.delete(ns);
    else this.#incomplete.add(ns);
    const met = new Set(queues.map(({ name }) => keyOf(ns, name)));
    const gone = [...this.#records.values()].filter((record) => record.ns === ns && !met.has(record.key));
    return [
      ...this.#take(ns, queues, now, changed, false),
      ...gone.flatMap((record) => this.#miss(record, now, changed, false)),
    ];
  }

  /** As {@link applySweep}, of nothing but these: those that were read anew, and the names of those that are gone. */
  touch(ns: string, queues: readonly QueueSeen[], gone: readonly string[], now: number, changed: Set<string>): Queue[] {
    const missed = gone.flatMap((name) => this.#records.get(keyOf(ns, name)) ?? []);
    return [
      ...this.#take(ns, queues, now, changed, true),
      ...missed.flatMap((record) => this.#miss(record, now, changed, true)),
    ];
  }

  clear(): void {
    this.#records.clear();
    this.#incomplete.clear();
    this.#sorted = undefined;
  }

  #take(ns: string, queues: readonly QueueSeen[], now: number, changed: Set<string>, isTold: boolean): QueueRecord[] {
    const touched: QueueRecord[] = [];
    for (const seen of queues) {
      const key = keyOf(ns, seen.name);
      const known = this.#records.get(key);
      if (known?.kind === seen.kind) {
        if (this.#set(known, seen, now, changed, isTold)) touched.push(known);
      } else if (known !== undefined || this.#records.size < maxQueues) {
        const { name, kind } = seen;
        const flow = new QueueFlow(seen, now);
        const record = { key, ns, name, kind, seen, flow, ...figuresOf(seen), emptySince: null };
        this.#records.set(key, record);
        this.#sorted = undefined;
        changed.add(key);
        touched.push(record);
      }
    }
    return touched;
  }

  #set(record: QueueRecord, seen: QueueSeen, now: number, changed: Set<string>, isTold: boolean): boolean {
    record.emptySince = null;
    const isNews = newsOf(seen) !== newsOf(record.seen);
    record.flow.note(seen, now, isTold);
    record.seen = seen;
    Object.assign(record, figuresOf(seen) satisfies QueueFigures);
    if (isNews) changed.add(record.key);
    return isNews;
  }

  /** A list that is not there is empty, or gone; anything else is gone. */
  #miss(record: QueueRecord, now: number, changed: Set<string>, isTold: boolean): QueueRecord[] {
    const { seen, key } = record;
    const since = record.emptySince ?? now;
    if (seen.kind === 'list' && now - since < emptyFor) {
      const isNews = this.#set(record, { ...seen, length: 0, failed: null }, now, changed, isTold);
      record.emptySince = since;
      return isNews ? [record] : [];
    }
    this.#records.delete(key);
    this.#sorted = undefined;
    changed.add(key);
    return [];
  }
}
