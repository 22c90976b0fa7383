import type { LineFilter } from './filter.ts';
import type { LineStore } from './lineStore.ts';
import { Positions } from './positions.ts';
import { type RegexRun, regexChunk } from './regexRun.ts';

/**
 * The lines that a filter lets pass, in order. Kept up to date by looking only at what came and what went. A line has
 * an ordinal here, which it keeps until the filter changes.
 */
export class Shown {
  readonly #store: LineStore;
  #filter: LineFilter | null = null;
  #run: RegexRun | null = null;
  /** Null while all lines are shown: then a line's ordinal is its position. */
  #passed: Positions | null = null;
  /** What was looked at, from one position to before another. */
  #from: number;
  #to: number;
  #limit = Infinity;
  #onFound: () => void;

  constructor(store: LineStore, onFound: () => void) {
    this.#store = store;
    this.#onFound = onFound;
    this.#from = store.first;
    this.#to = store.first;
  }

  /** Ordinal of the first line, and the one after the last. */
  get first(): number {
    return this.#passed?.first ?? Math.min(this.#store.first, this.#end);
  }
  get end(): number {
    return this.#passed?.end ?? this.#end;
  }
  get size(): number {
    return this.end - this.first;
  }
  /** Position of the line with that ordinal. */
  at(ordinal: number): number {
    return this.#passed?.at(ordinal) ?? ordinal;
  }
  has(position: number): boolean {
    const ordinal = this.ordinalOf(position);
    return ordinal < this.end && this.at(ordinal) === position;
  }
  /** Whether that line was looked at and is not shown. */
  excludes(position: number): boolean {
    return position >= this.#from && position < this.#to && !this.has(position);
  }
  /** Ordinal of the first line at this position or after it. */
  ordinalOf(position: number): number {
    if (this.#passed === null) return Math.max(this.first, Math.min(this.end, position));
    return this.firstWhere((at) => at >= position);
  }
  /** Ordinal of the first line of which a test holds that also holds of all after it. */
  firstWhere(holds: (position: number) => boolean): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (holds(this.at(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Lines that came after the last that may be shown. */
  get waiting(): number {
    return Math.max(0, this.#store.end - Math.max(this.#store.first, Math.min(this.#limit, this.#store.end)));
  }
  /** Whether a regular expression still has lines to look at. */
  get isSearching(): boolean {
    return this.#run !== null && !this.#run.hasStopped && this.#isBehind;
  }
  /** How many of the lines kept, the oldest first, an expression was tried on before it took too long; null if not. */
  get stoppedAt(): number | null {
    return this.#run?.hasStopped === true ? Math.max(0, this.#to - this.#store.first) + 1 : null;
  }

  /** Shows nothing that comes from now on, or again everything. */
  hold(on: boolean): void {
    this.#limit = on ? this.#store.end : Infinity;
    this.update();
  }

  /** Takes another filter, and with it perhaps an expression to run. Ordinals begin anew. */
  setFilter(filter: LineFilter, run: RegexRun | null): void {
    this.#run?.dispose();
    this.#filter = filter;
    this.#run = run;
    this.#passed = filter.isOpen && run === null ? null : new Positions();
    this.#from = this.#to = this.#store.first;
    this.update();
  }

  /** Takes in what came and what went. */
  update(): void {
    this.#passed?.dropBelow(this.#store.first);
    this.#to = Math.max(this.#to, this.#store.first);
    // Whatever goes, goes from the front: so all before the first that is left was looked at.
    if (this.#from < this.#store.first) this.#from = this.#store.first;
    if (this.#passed === null) {
      this.#from = this.#store.first;
      this.#to = this.#end;
    } else if (this.#run === null) this.#pass(this.#passed);
    else this.#search(this.#run, this.#passed);
  }

  dispose(): void {
    this.#run?.dispose();
  }

  get #end(): number {
    return Math.max(this.#store.first, Math.min(this.#limit, this.#store.end));
  }
  get #isBehind(): boolean {
    return this.#to < this.#end || this.#from > this.#store.first;
  }
  #passes(position: number): boolean {
    return this.#filter?.matches(this.#store, position) ?? true;
  }

  #pass(passed: Positions): void {
    const end = this.#end;
    for (; this.#to < end; this.#to++) if (this.#passes(this.#to)) passed.push(this.#to);
    while (this.#from > this.#store.first) if (this.#passes(--this.#from)) passed.unshift(this.#from);
  }

  /** Hands the next lines to the expression, one lot at a time, so that what it finds stays in order. */
  #search(run: RegexRun, passed: Positions): void {
    if (run.isBusy || run.hasStopped || !this.#isBehind) return;
    const isForward = this.#to < this.#end;
    const candidates: number[] = [];
    let text = 0;
    let at = isForward ? this.#to : this.#from;
    const hasRoom = (): boolean => candidates.length < regexChunk.lines && text < regexChunk.text;
    const consider = (position: number): void => {
      if (!this.#passes(position)) return;
      candidates.push(position);
      text += this.#store.textAt(position).length;
    };
    if (isForward) while (at < this.#end && hasRoom()) consider(at++);
    else while (at > this.#store.first && hasRoom()) consider(--at);
    const take = (found: readonly boolean[]): void => {
      if (isForward) this.#to = Math.max(this.#to, at);
      else this.#from = Math.min(this.#from, at);
      candidates.forEach((position, index) => {
        if (found[index] !== true || position < this.#store.first) return;
        if (isForward) passed.push(position);
        else passed.unshift(position);
      });
      this.update();
      this.#onFound();
    };
    if (candidates.length === 0) take([]);
    else run.test(this.#store, candidates, take, this.#onFound);
  }
}
