import type { KeySeen } from '../../protocol/keySeen.ts';
import type { Premature } from '../prerequisites.ts';
import type { ListShown } from '../errors/errorBook.ts';
import { byText, keyOf } from '../sorting.ts';
import { pipelineItems, partOfStep, prematureSteps, type StepKey } from './pipelines.ts';
import { progressItems } from './progress.ts';
import { Rate } from './rate.ts';
import type { Content, RunItem } from './runItems.ts';
import { StatusWatch } from './statusWatch.ts';

/** A key as it is known, and what time has shown of it. */
export interface KeyRecord {
  readonly ns: string;
  seen: KeySeen;
  content: Content;
  /** Of a text that is a whole number. */
  number: number | null;
  readonly rate: Rate;
  /** When its content was last seen to be another one. */
  changedAt: number;
  readonly status: StatusWatch;
  /** It was there before anybody looked. */
  readonly isMet: boolean;
}

/** A deadline that moved less than this did not move, in ms: it is measured on a link with jitter. */
const jitter = 1_500;
/** Keys of which nobody knows whether they are still there are forgotten above so many. */
const most = 2_000;
/** How long rates are shown without being worked out anew, in ms. */
const ratesFor = 5_000;

/** All keys in which plain agents say how a run goes, and what follows from them. */
export class KeyBook {
  readonly #records = new Map<string, KeyRecord>();
  readonly #incomplete = new Set<string>();
  /** Namespaces of which all keys are known, so that one that is not among them has begun since. */
  readonly #known = new Set<string>();
  #hasPipelines = false;
  /** For what time and fleets they were made. */
  #made = '';
  #items: readonly RunItem[] | undefined;

  get incomplete(): boolean {
    return this.#incomplete.size > 0;
  }

  /** Compares what was read with what was known. Answers whether anything is another now. */
  apply(ns: string, keys: readonly KeySeen[], complete: boolean, now: number): boolean {
    const met = new Set<string>();
    let changed = false;
    for (const seen of keys) {
      const key = keyOf(ns, seen.name);
      met.add(key);
      if (this.#take(key, ns, seen, now)) changed = true;
    }
    if (complete) this.#incomplete.delete(ns);
    else this.#incomplete.add(ns);
    if (complete) this.#known.add(ns);
    else this.#known.delete(ns);
    for (const [key, { ns: its, content }] of this.#records) {
      if (its !== ns || met.has(key)) continue;
      // With more of them than are read, one that was not met may be there.
      const mayBe = !complete && this.#records.size <= most && (content.expiresAt ?? Infinity) > now;
      if (mayBe) continue;
      this.#records.delete(key);
      changed = true;
    }
    if (changed) this.#items = undefined;
    return changed;
  }

  /** As {@link apply}, of single keys: these were read again, and those are gone. */
  touch(ns: string, keys: readonly KeySeen[], gone: readonly string[], now: number): boolean {
    let changed = false;
    for (const seen of keys) if (this.#take(keyOf(ns, seen.name), ns, seen, now)) changed = true;
    for (const name of gone) if (this.#records.delete(keyOf(ns, name))) changed = true;
    if (changed) this.#items = undefined;
    return changed;
  }

  /** What there is; `fleets` are the namespaces in which agents or queues are known. */
  items(fleets: ReadonlySet<string>, now: number): readonly RunItem[] {
    // Rates fall also while nothing changes.
    const made = JSON.stringify([Math.floor(now / ratesFor), ...[...fleets].sort()]);
    if (this.#items !== undefined && this.#made === made) return this.#items;
    this.#made = made;
    return (this.#items = this.#make(fleets, now));
  }

  /** Whether there was a pipeline, in which a premature start can be seen. */
  get measuresPremature(): boolean {
    return this.#hasPipelines;
  }

  /** Steps that have begun too early since this was last asked. */
  takePremature(): Premature[] {
    if (!this.#hasPipelines) return [];
    const steps: StepKey[] = [];
    for (const record of this.#records.values()) {
      const step = record.seen.role === 'pipeline' ? partOfStep(record.seen.name) : null;
      if (step !== null) steps.push({ ...step, record });
    }
    return prematureSteps(steps);
  }

  /** What each takes of the server's memory, by its whole name. */
  *sizes(): Generator<{ readonly name: string; readonly bytes: number | null }> {
    for (const { ns, seen } of this.#records.values()) yield { name: ns + seen.name, bytes: seen.bytes };
  }

  /** Lists into which agents push what went wrong. */
  *errorLists(): Generator<ListShown> {
    for (const { ns, seen, content, isMet } of this.#records.values()) {
      if (seen.role === 'errors') yield { ns, name: seen.name, isGeneric: seen.isGeneric, content, isMet };
    }
  }

  clear(): void {
    this.#hasPipelines = false;
    this.#records.clear();
    this.#incomplete.clear();
    this.#known.clear();
    this.#items = undefined;
  }

  #take(key: string, ns: string, seen: KeySeen, now: number): boolean {
    const known = this.#records.get(key);
    const expiresAt = seen.ttlMs === null ? null : now + seen.ttlMs;
    const record = known ?? blankRecord(ns, seen, !this.#known.has(ns));
    const isSame = known !== undefined && sameContent(known.content, seen, expiresAt) && known.seen.role === seen.role;
    const { name, type, size, text, entries } = seen;
    record.seen = seen;
    if (!isSame) {
      record.content = { name, type, size, text, entries, expiresAt };
      record.changedAt = now;
    }
    record.number = text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
    if (record.number !== null) record.rate.note(now, record.number);
    if (text !== null) record.status.note(now, text, this.#known.has(ns));
    if (seen.role === 'pipeline') this.#hasPipelines = true;
    if (!known) this.#records.set(key, record);
    return !isSame;
  }

  #make(fleets: ReadonlySet<string>, now: number): RunItem[] {
    const shown = [...this.#records.values()].filter(({ ns, seen }) => !seen.isGeneric || fleets.has(ns));
    const items: RunItem[] = [];
    const steps: StepKey[] = [];
    const numbers: KeyRecord[] = [];
    for (const record of shown) {
      const { ns, seen, content, status } = record;
      const base = { ns, name: seen.name, key: keyOf(ns, `${seen.role} ${seen.name}`) };
      const step = seen.role === 'pipeline' ? partOfStep(seen.name) : null;
      if (step !== null) steps.push({ ...step, record });
      else if (seen.role === 'progress' && record.number !== null) numbers.push(record);
      else if (seen.role === 'run')
        items.push({
          ...base,
          kind: 'run',
          status: content.text ?? '',
          since: status.since,
          failedAt: status.failedAt,
        });
      else if (seen.role === 'result' || seen.role === 'shared') items.push({ ...base, kind: seen.role, content });
    }
    items.push(...progressItems(numbers, now), ...pipelineItems(steps));
    return items.sort((a, b) => byText(a.ns, b.ns) || byText(a.name, b.name) || byText(a.key, b.key));
  }
}

const blankRecord = (ns: string, seen: KeySeen, isMet: boolean): KeyRecord => ({
  ns,
  seen,
  content: { name: seen.name, type: seen.type, size: 0, text: null, entries: [], expiresAt: null },
  number: null,
  changedAt: 0,
  rate: new Rate(),
  status: new StatusWatch(),
  isMet,
});

function sameContent(known: Content, seen: KeySeen, expiresAt: number | null): boolean {
  const moved =
    known.expiresAt === null || expiresAt === null
      ? known.expiresAt !== expiresAt
      : Math.abs(known.expiresAt - expiresAt) > jitter;
  return (
    !moved &&
    known.type === seen.type &&
    known.size === seen.size &&
    known.text === seen.text &&
    known.entries.length === seen.entries.length &&
    known.entries.every((entry, i) => entry.every((part, j) => part === seen.entries[i]?.[j]))
  );
}
