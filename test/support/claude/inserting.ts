import { type Call, edit, read, type Script } from './script.ts';

/** One line that a session is to insert. */
export interface Insertion {
  readonly file: string;
  readonly line: string;
}

export interface InsertingOptions {
  /** So many edits are tried in all before the rest is given up. */
  readonly attempts: number;
  /** Told of each line that the client said it had written. */
  readonly onWritten?: (insertion: Insertion) => void;
  /** Told of each line that was not written, and what the model was told. */
  readonly onRefused?: (insertion: Insertion, text: string) => void;
}

/** Lines are put below the file's first one, which nobody changes. */
export const firstLine = '# lines';

const insertion = ({ file, line }: Insertion): Call => edit(file, firstLine, `${firstLine}\n${line}`);

/** A session that inserts lines, each by Read and then Edit. What is refused is tried again when the others were. */
export const inserting = (lines: readonly Insertion[], options: InsertingOptions): Script =>
  async function* () {
    const left = [...lines];
    for (let attempt = 0; attempt < options.attempts; attempt++) {
      const next = left.shift();
      if (next === undefined) return 'All lines are in.';
      yield [read(next.file)];
      const { results } = yield [insertion(next)];
      const [result] = results;
      if (result?.isError === false) {
        options.onWritten?.(next);
      } else {
        options.onRefused?.(next, result?.text ?? '');
        left.push(next);
      }
    }
    return left.length === 0 ? 'All lines are in.' : 'Given up.';
  };
