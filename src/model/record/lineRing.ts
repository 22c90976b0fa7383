import { Emitter } from '../../protocol/emitter.ts';
import { sampleOf } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import { shownText, type Line } from '../../protocol/panel/line.ts';

/** A line before it has its place. */
export interface Draft extends Omit<Line, 'id' | 'text' | 'length'> {
  /** What was published, however long. */
  readonly text: string;
  /** How long it was, where this is less than all of it. */
  readonly length?: number;
  /** The server's clock in µs when it was accepted there; null for what the history does not have. */
  readonly stampUs: number | null;
}

interface Kept {
  readonly line: Line;
  readonly text: string;
  readonly stampUs: number | null;
  /** UTF-16 units of all of its texts. */
  readonly units: number;
}

/** Where what is kept of a namespace's history begins. */
export interface Floor {
  /** Number of the first that has one; null where none has. */
  readonly seq: number | null;
  /** The server's time of the first of all, in µs. */
  readonly stampUs: number;
}

/** A line with its whole text, or the first 256 Ki units of one that is longer. */
export interface WholeLine {
  readonly line: Line;
  readonly text: string;
  readonly isWhole: boolean;
}

/** How long the bounds of a line's other texts are. */
const most = { ns: 256, channel: 1_024, word: 512, kind: 32, sentence: 1_024 } as const;

/** Entries that have gone are cut off the array when they are this many, and the greater part. */
const mostGone = 1_024;

/**
 * The lines of the console, oldest first, bounded by their count and the length of their texts, their names among them: where there are more, the
 * oldest go. Ids rise and are never given twice.
 */
export class LineRing {
  readonly #appended = new Emitter<void>();
  /** Fires after each line that was appended, on the stack of whoever did it. */
  readonly onDidAppend = this.#appended.event;
  #kept: (Kept | undefined)[] = [];
  /** Where in the array the oldest is. */
  #head = 0;
  #count: number;
  #units: number;
  #unitsKept = 0;
  #dropped = 0;
  #lastId = 0;
  /** Of the lowest that was ever given. */
  #firstId = 1;

  /** @param units of UTF-16, of all texts together */
  constructor(count: number, units: number) {
    this.#count = atLeastOne(count);
    this.#units = atLeastOne(units);
  }

  get kept(): number {
    return this.#kept.length - this.#head;
  }

  /** How many had to go for want of room since the beginning, or since all were forgotten. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The id of the newest that was ever appended; 0 before the first. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Changes the bounds. */
  limit(count: number, units: number): void {
    this.#count = atLeastOne(count);
    this.#units = atLeastOne(units);
    this.#shrink();
  }

  append(draft: Draft): void {
    const kept = keep(++this.#lastId, draft);
    this.#kept.push(kept);
    this.#unitsKept += kept.units;
    this.#shrink();
    this.#appended.fire();
  }

  /** Puts older ones before the oldest, as many of the newest of them as there is room for; returns these. */
  prepend(drafts: readonly Draft[]): Line[] {
    const before: Kept[] = [];
    let room = this.#count - this.kept;
    let units = this.#units - this.#unitsKept;
    for (let i = drafts.length - 1; i >= 0 && room > 0; i--, room--) {
      const kept = keep(this.#firstId - 1, drafts[i]!);
      units -= kept.units;
      if (units < 0) break;
      this.#firstId--;
      this.#unitsKept += kept.units;
      before.push(kept);
    }
    before.reverse();
    this.#kept = [...before, ...this.#kept.slice(this.#head)];
    this.#head = 0;
    return before.map(({ line }) => line);
  }

  /** At most `max` of those that come after an id, oldest first. */
  since(id: number, max: number): Line[] {
    const from = this.#after(id);
    return this.#slice(from, from + max);
  }

  /** At most `max` of those that come directly before an id, oldest first. */
  before(id: number, max: number): Line[] {
    const to = this.#after(id - 1);
    return this.#slice(Math.max(this.#head, to - max), to);
  }

  get(id: number): WholeLine | undefined {
    const kept = this.#kept[this.#after(id - 1)];
    if (kept?.line.id !== id) return undefined;
    return { line: kept.line, text: kept.text, isWhole: kept.text.length === kept.line.length };
  }

  /** Where what is kept of a namespace's history begins; undefined where there is nothing. */
  floor(ns: string): Floor | undefined {
    const name = bounded(ns, most.ns);
    let first: number | null = null;
    for (let i = this.#head; i < this.#kept.length; i++) {
      const { line, stampUs } = this.#kept[i]!;
      if (stampUs === null || line.ns !== name) continue;
      first ??= stampUs;
      if (line.seq !== null) return { seq: line.seq, stampUs: first };
    }
    return first === null ? undefined : { seq: null, stampUs: first };
  }

  /** So many were lost before they could become lines. */
  missed(count: number): void {
    this.#dropped += count;
  }

  /** Forgets all lines; ids go on. */
  clear(): void {
    this.#kept = [];
    this.#head = this.#unitsKept = this.#dropped = 0;
  }

  /** Where in the array the first is that comes after an id. */
  #after(id: number): number {
    let low = this.#head;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#kept[middle]!.line.id > id) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #slice(from: number, to: number): Line[] {
    return this.#kept.slice(from, to).map((kept) => kept!.line);
  }

  #shrink(): void {
    while (this.kept > this.#count || this.#unitsKept > this.#units) {
      this.#unitsKept -= this.#kept[this.#head]!.units;
      this.#kept[this.#head++] = undefined;
      this.#dropped++;
    }
    if (this.#head < mostGone || this.#head * 2 < this.#kept.length) return;
    this.#kept = this.#kept.slice(this.#head);
    this.#head = 0;
  }
}

const atLeastOne = (value: number): number => Math.max(1, Math.floor(value) || 1);

/** A text that fits; the first part of a longer one, as a text of its own so that it does not keep the whole alive. */
export const bounded = (text: string, max: number): string => (text.length > max ? sampleOf(text, max) : text);

const boundedOrNull = (text: string | null, max: number): string | null => (text === null ? null : bounded(text, max));

function keep(id: number, draft: Draft): Kept {
  const text = bounded(draft.text, limits.payload);
  const line: Line = {
    id,
    at: draft.at,
    ns: bounded(draft.ns, most.ns),
    channel: bounded(draft.channel, most.channel),
    agent: boundedOrNull(draft.agent, most.word),
    role: boundedOrNull(draft.role, most.word),
    request: boundedOrNull(draft.request, most.word),
    source: draft.source,
    kind: bounded(draft.kind, most.kind),
    mark: draft.mark,
    reason: boundedOrNull(draft.reason, most.sentence),
    resource: boundedOrNull(draft.resource, most.sentence),
    seq: draft.seq,
    text: text.length > shownText ? text.slice(0, shownText) : text,
    length: draft.length ?? draft.text.length,
  };
  const { ns, channel, agent, role, request, reason, resource } = line;
  const words = [ns, channel, agent, role, request, reason, resource];
  const units = words.reduce((sum, word) => sum + (word?.length ?? 0), text.length);
  return { line, text, stampUs: draft.stampUs, units };
}
