import type { ListSeen } from '../protocol/messages.ts';
import type { Queue } from './picture.ts';
import { byText, keyOf } from './sorting.ts';

/** Redis has no empty lists: one that was drained stays in the picture for this long, in ms. */
const emptyFor = 600_000;
const maxQueues = 400;

interface QueueRecord extends Queue {
  waiting: number;
  emptySince: number | null;
}

/** All queues, as the sweeps over lists show them. */
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

  /** Compares a sweep with what was known; adds to `changed` and returns the queues whose depth changed. */
  applySweep(ns: string, lists: readonly ListSeen[], complete: boolean, now: number, changed: Set<string>): Queue[] {
    const lengths = new Map(lists.map((list) => [keyOf(ns, list.name), list]));
    if (complete) this.#incomplete.delete(ns);
    else this.#incomplete.add(ns);
    const touched: Queue[] = [];
    const set = (record: QueueRecord, length: number): void => {
      if (length > 0) record.emptySince = null;
      else record.emptySince ??= now;
      if (record.waiting === length) return;
      record.waiting = length;
      changed.add(record.key);
      touched.push(record);
    };
    for (const [key, list] of lengths) {
      const known = this.#records.get(key);
      if (known) set(known, list.length);
      else if (list.length > 0 && this.#records.size < maxQueues) {
        const record: QueueRecord = {
          key,
          ns,
          name: list.name,
          kind: 'list',
          waiting: list.length,
          active: null,
          failed: null,
          oldestMs: null,
          emptySince: null,
        };
        this.#records.set(key, record);
        this.#sorted = undefined;
        changed.add(key);
        touched.push(record);
      }
    }
    for (const record of this.#records.values()) {
      if (record.ns !== ns || lengths.has(record.key)) continue;
      set(record, 0);
      if (now - record.emptySince! < emptyFor) continue;
      this.#records.delete(record.key);
      this.#sorted = undefined;
      changed.add(record.key);
    }
    return touched;
  }

  clear(): void {
    this.#records.clear();
    this.#incomplete.clear();
    this.#sorted = undefined;
  }
}
