import { type Line, type Mark, marks, type Source, sources } from '../../src/protocol/panel/line.ts';
import { type Word, WordTable } from './words.ts';

/** Most lines and most text that the page keeps, the latter in UTF-16 units. */
export const mostLines = 100_000;
export const mostText = 32 * 1_024 * 1_024;

const smallest = 1_024;

/**
 * The console's lines, oldest first. Each has a position, which it keeps: one more than the line before it, below zero
 * where it was loaded after newer ones. What is too much goes, the oldest first; a line that was loaded later never
 * displaces a newer one. Kept in columns on a ring, with what many lines say kept once: a third of the memory that the
 * messages' objects take, and a filter that runs over it reads little.
 */
export class LineStore {
  readonly channels = new WordTable();
  readonly agents = new WordTable();
  readonly roles = new WordTable();
  readonly requests = new WordTable();
  readonly #others = new WordTable();
  readonly #most: number;
  readonly #mostText: number;
  #first = 0;
  #end = 0;
  #dropped = 0;
  #textSize = 0;
  #mask = smallest - 1;
  #columns = columnsOf(smallest);

  constructor(most = mostLines, text = mostText) {
    this.#most = most;
    this.#mostText = text;
  }

  /** Position of the oldest line, and the one after the newest. */
  get first(): number {
    return this.#first;
  }
  get end(): number {
    return this.#end;
  }
  get size(): number {
    return this.#end - this.#first;
  }
  /** Lines that had to go, since the last {@link clear}. */
  get dropped(): number {
    return this.#dropped;
  }
  get textSize(): number {
    return this.#textSize;
  }
  /** Whether nothing older would find room. */
  get isFull(): boolean {
    return this.size >= this.#most || this.#textSize >= this.#mostText;
  }

  /** Puts lines at the end; the oldest make room. A line that is not newer than the newest is there already. */
  append(lines: readonly Line[]): void {
    for (const line of lines) {
      if (this.size > 0 && line.id <= this.idAt(this.#end - 1)) continue;
      this.#grow();
      this.#write(this.#end++, line);
      while (this.size > this.#most || (this.#textSize > this.#mostText && this.size > 1)) this.#dropFirst();
    }
  }

  /** Puts older lines, themselves oldest first, before the others, as far as there is room; says how many it took. */
  prepend(lines: readonly Line[]): number {
    let taken = 0;
    for (const line of lines.toReversed()) {
      if (this.size > 0 && line.id >= this.idAt(this.#first)) continue;
      if (this.size >= this.#most || this.#textSize + line.text.length > this.#mostText) break;
      this.#grow();
      this.#write(--this.#first, line);
      taken++;
    }
    return taken;
  }

  /** Forgets all lines. Positions go on, so that nothing confuses old ones with new ones. */
  clear(): void {
    this.#first = this.#end;
    this.#dropped = 0;
    this.#textSize = 0;
    this.#mask = smallest - 1;
    this.#columns = columnsOf(smallest);
    for (const table of [this.channels, this.agents, this.roles, this.requests, this.#others]) table.clear();
  }

  idAt(position: number): number {
    return this.#columns.id[position & this.#mask] ?? 0;
  }
  timeAt(position: number): number {
    return this.#columns.at[position & this.#mask] ?? 0;
  }
  textAt(position: number): string {
    return this.#columns.text[position & this.#mask] ?? '';
  }
  channelAt(position: number): Word {
    return this.#columns.channel[position & this.#mask] ?? none;
  }
  nsAt(position: number): Word {
    return this.#columns.ns[position & this.#mask] ?? none;
  }
  agentAt(position: number): Word | null {
    return this.#columns.agent[position & this.#mask] ?? null;
  }
  roleAt(position: number): Word | null {
    return this.#columns.role[position & this.#mask] ?? null;
  }
  requestAt(position: number): Word | null {
    return this.#columns.request[position & this.#mask] ?? null;
  }
  reasonAt(position: number): Word | null {
    return this.#columns.reason[position & this.#mask] ?? null;
  }
  resourceAt(position: number): Word | null {
    return this.#columns.resource[position & this.#mask] ?? null;
  }
  /** Place of the line's mark in `marks`, -1 for none. */
  markIndexAt(position: number): number {
    return this.#columns.mark[position & this.#mask] ?? -1;
  }
  markAt(position: number): Mark | null {
    return marks[this.markIndexAt(position)] ?? null;
  }

  /** The line as it came; null where it is gone. */
  lineAt(position: number): Line | null {
    if (position < this.#first || position >= this.#end) return null;
    const slot = position & this.#mask;
    const columns = this.#columns;
    const seq = columns.seq[slot] ?? -1;
    return {
      id: this.idAt(position),
      at: this.timeAt(position),
      ns: this.nsAt(position).text,
      channel: this.channelAt(position).text,
      agent: this.agentAt(position)?.text ?? null,
      role: this.roleAt(position)?.text ?? null,
      request: this.requestAt(position)?.text ?? null,
      source: sources[columns.source[slot] ?? 0] as Source,
      kind: (columns.kind[slot] ?? none).text,
      mark: this.markAt(position),
      reason: this.reasonAt(position)?.text ?? null,
      resource: this.resourceAt(position)?.text ?? null,
      seq: seq < 0 ? null : seq,
      text: this.textAt(position),
      length: columns.length[slot] ?? 0,
    };
  }

  /** Position of the first line with this id or a higher one; `end` where there is none. */
  positionOf(id: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.idAt(middle) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #write(position: number, line: Line): void {
    const slot = position & this.#mask;
    const columns = this.#columns;
    columns.id[slot] = line.id;
    columns.at[slot] = line.at;
    columns.seq[slot] = line.seq ?? -1;
    columns.length[slot] = line.length;
    columns.mark[slot] = line.mark === null ? -1 : marks.indexOf(line.mark);
    columns.source[slot] = sources.indexOf(line.source);
    columns.ns[slot] = this.#others.take(line.ns);
    columns.kind[slot] = this.#others.take(line.kind);
    columns.channel[slot] = this.channels.take(line.channel);
    columns.agent[slot] = line.agent === null ? null : this.agents.take(line.agent);
    columns.role[slot] = line.role === null ? null : this.roles.take(line.role);
    columns.request[slot] = line.request === null ? null : this.requests.take(line.request);
    columns.reason[slot] = line.reason === null ? null : this.#others.take(line.reason);
    columns.resource[slot] = line.resource === null ? null : this.#others.take(line.resource);
    columns.text[slot] = line.text;
    this.#textSize += line.text.length;
  }

  #dropFirst(): void {
    const slot = this.#first & this.#mask;
    const columns = this.#columns;
    this.#textSize -= (columns.text[slot] ?? '').length;
    columns.text[slot] = '';
    release(this.channels, columns.channel, slot);
    release(this.agents, columns.agent, slot);
    release(this.roles, columns.role, slot);
    release(this.requests, columns.request, slot);
    for (const column of [columns.ns, columns.kind, columns.reason, columns.resource])
      release(this.#others, column, slot);
    this.#first++;
    this.#dropped++;
  }

  /** Makes room for one more. Slots are a power of two, so that a position's slot is its low bits, also below zero. */
  #grow(): void {
    if (this.size <= this.#mask) return;
    const slots = (this.#mask + 1) * 2;
    const from = this.#columns;
    const to = columnsOf(slots);
    for (const name of Object.keys(to) as (keyof Columns)[]) {
      const [old, fresh] = [from[name] as unknown[], to[name] as unknown[]];
      for (let position = this.#first; position < this.#end; position++) {
        fresh[position & (slots - 1)] = old[position & this.#mask];
      }
    }
    this.#columns = to;
    this.#mask = slots - 1;
  }
}

const none: Word = { text: '', uses: 0, asChannel: 0, asText: 0 };

function release(table: WordTable, column: (Word | null)[], slot: number): void {
  const word = column[slot];
  if (word) table.release(word);
  column[slot] = null;
}

type Columns = ReturnType<typeof columnsOf>;

function columnsOf(slots: number) {
  const words = (): (Word | null)[] => Array.from<Word | null>({ length: slots }).fill(null);
  return {
    id: new Float64Array(slots),
    at: new Float64Array(slots),
    seq: new Float64Array(slots),
    length: new Float64Array(slots),
    mark: new Int8Array(slots),
    source: new Int8Array(slots),
    ns: words(),
    kind: words(),
    channel: words(),
    agent: words(),
    role: words(),
    request: words(),
    reason: words(),
    resource: words(),
    text: Array.from<string>({ length: slots }).fill(''),
  };
}
