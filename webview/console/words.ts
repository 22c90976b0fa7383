/** A text that many lines share, kept once. The verdicts save each filter from looking at it again for every line. */
export interface Word {
  readonly text: string;
  uses: number;
  /** What a filter thought of it: twice the filter's number, and one more where it liked it. */
  asChannel: number;
  asText: number;
}

/** Keeps each text once for as long as a line uses it, so that it holds no more texts than there are lines. */
export class WordTable {
  readonly #words = new Map<string, Word>();
  #version = 0;
  #length = 0;

  /** UTF-16 units of all texts. */
  get length(): number {
    return this.#length;
  }

  /** The word for a text, which is used once more now. */
  take(text: string): Word {
    let word = this.#words.get(text);
    if (word === undefined) {
      word = { text, uses: 0, asChannel: 0, asText: 0 };
      this.#words.set(text, word);
      this.#length += text.length;
      this.#version++;
    }
    word.uses++;
    return word;
  }

  release(word: Word): void {
    word.uses--;
    if (word.uses > 0) return;
    this.#words.delete(word.text);
    this.#length -= word.text.length;
    this.#version++;
  }

  has(text: string): boolean {
    return this.#words.has(text);
  }

  /** Another one where other texts are in use than before. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#words.size;
  }

  /** The first `most` texts that were seen and are still in use. */
  texts(most: number): string[] {
    const found: string[] = [];
    for (const text of this.#words.keys()) {
      if (found.length === most) break;
      found.push(text);
    }
    return found;
  }

  clear(): void {
    this.#words.clear();
    this.#length = 0;
    this.#version++;
  }
}
