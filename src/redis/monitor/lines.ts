const lineFeed = 10;
/** As much of a line as anybody looks at, in bytes; an argument may be 512 MB long. */
const most = 8_192;

/** A line without its end. */
export interface Line {
  text: string;
  /** There was more of it than is kept. */
  isCut: boolean;
}

/** Cuts what comes over a socket into lines, of which only the beginning is kept. */
export class Lines {
  #text = '';
  #isCut = false;

  *take(chunk: Buffer): Generator<Line> {
    for (let from = 0; from < chunk.length;) {
      const end = chunk.indexOf(lineFeed, from);
      const to = end < 0 ? chunk.length : end;
      const kept = Math.min(to, from + most - this.#text.length);
      this.#text += chunk.toString('latin1', from, kept);
      this.#isCut ||= kept < to;
      if (end < 0) return;
      const line = { text: this.#text.replace(/\r$/, ''), isCut: this.#isCut };
      this.#text = '';
      this.#isCut = false;
      from = end + 1;
      yield line;
    }
  }
}
