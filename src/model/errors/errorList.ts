import type { Content } from '../keys/runItems.ts';

/** One thing that went wrong, as it was said. */
export interface ErrorRecord {
  /** By which it is known as long as it is there; those that came later have larger ones. */
  readonly order: number;
  readonly ns: string;
  /** Who published it; null where only the text may say. */
  readonly by: string | null;
  readonly resource: string | null;
  readonly text: string;
  /** When we first saw it. */
  readonly at: number;
  /** It was there before anybody looked. */
  readonly isMet: boolean;
  /** The list that it stands in, without namespace; null where it was published. */
  readonly list: string | null;
  isSeen: boolean;
}

/** A list of errors in Redis: which of its entries are new, and which a person has acknowledged. Entries are known by their text. */
export class ErrorList {
  readonly ns: string;
  readonly name: string;
  isGeneric = false;
  entries: readonly ErrorRecord[] = [];
  /** Entries that are there and not read, and how many of them a person has acknowledged. */
  beyond = 0;
  #seenBeyond = 0;
  #content: Content | undefined;

  constructor(ns: string, name: string) {
    this.ns = ns;
    this.name = name;
  }

  get freshBeyond(): number {
    return this.beyond - this.#seenBeyond;
  }

  /** Answers whether anything is another now. `next` numbers what is new. */
  take(content: Content, isMet: boolean, now: number, next: () => number): boolean {
    if (content === this.#content) return false;
    this.#content = content;
    const free = new Map<string, ErrorRecord[]>();
    for (const entry of this.entries.toReversed()) free.set(entry.text, [...(free.get(entry.text) ?? []), entry]);
    const { ns, name } = this;
    // The last entry is the oldest, so it gets the lowest number.
    this.entries = content.entries
      .toReversed()
      .map(
        ([, text]) =>
          free.get(text)?.shift() ?? {
            ...{ order: next(), ns, by: null, resource: null, text, at: now, isMet, list: name },
            isSeen: false,
          },
      )
      .toReversed();
    const beyond = Math.max(content.size - content.entries.length, 0);
    const pushedOut = [...free.values()].flat().filter(({ isSeen }) => isSeen).length;
    this.#seenBeyond = Math.min(this.#seenBeyond + Math.min(Math.max(beyond - this.beyond, 0), pushedOut), beyond);
    this.beyond = beyond;
    return true;
  }

  /** A person has seen all of them. */
  acknowledge(): void {
    for (const entry of this.entries) entry.isSeen = true;
    this.#seenBeyond = this.beyond;
  }
}
