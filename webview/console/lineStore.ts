import { type Line, type Mark, marks, type Source, sources } from '../../src/protocol/panel/line.ts';
import { chunkSize, inChunk, type LineChunk, makeChunk } from './lineChunk.ts';
import { type Word, WordTable } from './words.ts';

/** Most lines and most text that the page keeps, the latter in UTF-16 units. */
export const mostLines = 100_000;
export const mostText = 32 * 1_024 * 1_024;

/**
 * The console's lines, oldest first. Each has a position, which it keeps: one more than the line before it, below zero
 * where it was loaded after newer ones. What is too much goes, the oldest first; a line that was loaded later never
 * displaces a newer one. Kept in columns, with what many lines say kept once: a third of the memory that the messages'
 * objects take, and a filter that runs over it reads little. The columns are cut into chunks, so that no line that comes
 * has to wait until others have moved.
 */
export class LineStore {
  readonly channels = new WordTable();
  readonly agents = new WordTable();
  readonly roles = new WordTable();
  readonly requests = new WordTable();
  readonly #others = new WordTable();
  readonly #tables = [this.channels, this.agents, this.roles, this.requests, this.#others];
  readonly #most: number;
  readonly #mostText: number;
  #first = 0;
  #end = 0;
  #dropped = 0;
  #textSize = 0;
  #chunks: LineChunk[] = [];
  /** Number of the first of them: that of the one with position 0 is 0. */
  #firstChunk = 0;
  #spare: LineChunk | null = null;

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
  /** UTF-16 units of all that is kept, what many lines share once. */
  get textSize(): number {
    return this.#tables.reduce((sum, { length }) => sum + length, this.#textSize);
  }
  /** Whether nothing older would find room. */
  get isFull(): boolean {
    return this.size >= this.#most || this.textSize >= this.#mostText;
  }

  /** Puts lines at the end; the oldest make room. A line that is not newer than the newest is there already. */
  append(lines: readonly Line[]): void {
    for (const line of lines) {
      if (this.size > 0 && line.id <= this.idAt(this.#end - 1)) continue;
      this.#write(this.#end++, line);
      while (this.size > this.#most || (this.textSize > this.#mostText && this.size > 1)) this.#dropFirst();
    }
  }

  /** Puts older lines, themselves oldest first, before the others, as far as there is room; says how many it took. */
  prepend(lines: readonly Line[]): number {
    let taken = 0;
    for (const line of lines.toReversed()) {
      if (this.size > 0 && line.id >= this.idAt(this.#first)) continue;
      if (this.size >= this.#most || this.textSize + line.text.length > this.#mostText) break;
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
    this.#chunks = [];
    for (const table of this.#tables) table.clear();
  }

  idAt(position: number): number {
    return this.chunkOf(position).id[position & inChunk] ?? 0;
  }
  timeAt(position: number): number {
    return this.chunkOf(position).at[position & inChunk] ?? 0;
  }
  textAt(position: number): string {
    return this.chunkOf(position).text[position & inChunk] ?? '';
  }
  channelAt(position: number): Word {
    return this.chunkOf(position).channel[position & inChunk] ?? none;
  }
  nsAt(position: number): Word {
    return this.chunkOf(position).ns[position & inChunk] ?? none;
  }
  kindAt(position: number): Word {
    return this.chunkOf(position).kind[position & inChunk] ?? none;
  }
  agentAt(position: number): Word | null {
    return this.chunkOf(position).agent[position & inChunk] ?? null;
  }
  roleAt(position: number): Word | null {
    return this.chunkOf(position).role[position & inChunk] ?? null;
  }
  requestAt(position: number): Word | null {
    return this.chunkOf(position).request[position & inChunk] ?? null;
  }
  reasonAt(position: number): Word | null {
    return this.chunkOf(position).reason[position & inChunk] ?? null;
  }
  resourceAt(position: number): Word | null {
    return this.chunkOf(position).resource[position & inChunk] ?? null;
  }
  /** Place of the line's mark in `marks`, -1 for none. */
  markIndexAt(position: number): number {
    return this.chunkOf(position).mark[position & inChunk] ?? -1;
  }
  markAt(position: number): Mark | null {
    return marks[this.markIndexAt(position)] ?? null;
  }

  /** The line as it came; null where it is gone. */
  lineAt(position: number): Line | null {
    if (position < this.#first || position >= this.#end) return null;
    const slot = position & inChunk;
    const columns = this.chunkOf(position);
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
      kind: this.kindAt(position).text,
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

  /** The stretch that a line is in, for those who look at all lines; an empty one where there is no such line. */
  chunkOf(position: number): LineChunk {
    return this.#chunks[Math.floor(position / chunkSize) - this.#firstChunk] ?? emptyChunk;
  }

  #write(position: number, line: Line): void {
    const slot = position & inChunk;
    const columns = this.#chunkFor(position);
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
    const slot = this.#first & inChunk;
    const columns = this.chunkOf(this.#first);
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
    if ((this.#first & inChunk) !== 0) return;
    this.#spare = this.#chunks.shift() ?? null;
    this.#firstChunk++;
  }

  /** The same, made where it is not there yet: beside the others. */
  #chunkFor(position: number): LineChunk {
    const number = Math.floor(position / chunkSize);
    if (this.#chunks.length === 0) this.#firstChunk = number;
    const known = this.#chunks[number - this.#firstChunk];
    if (known !== undefined) return known;
    // One whose lines had to go is as good as new.
    const made = this.#spare ?? makeChunk();
    this.#spare = null;
    if (number < this.#firstChunk) {
      this.#chunks.unshift(made);
      this.#firstChunk--;
    } else this.#chunks.push(made);
    return made;
  }
}

const emptyChunk = makeChunk();
const none: Word = { text: '', uses: 0, asChannel: 0, asText: 0 };

function release(table: WordTable, column: (Word | null)[], slot: number): void {
  const word = column[slot];
  if (word) table.release(word);
  column[slot] = null;
}
