import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Every text that the sources hand to a translator, and every call whose text is not plain to see. */
export interface Strings {
  readonly texts: ReadonlySet<string>;
  /** `file:line` of calls whose first argument is no literal. */
  readonly hidden: readonly string[];
}

/** What takes a text to be translated as its first argument. */
const call = /\b(?:l10n\.t|badSettings|setUpProblem)\(\s*/g;
const literal = /^(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")\s*[,)]/;

/** The TypeScript files below folders of the repository. */
export function sources(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(folder, file))
      .toSorted(),
  );
}

export function extractStrings(files: readonly string[]): Strings {
  const texts = new Set<string>();
  const hidden: string[] = [];
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    for (const { index, 0: begin } of source.matchAll(call)) {
      const found = literal.exec(source.slice(index + begin.length));
      const quoted = found?.[1] ?? found?.[2];
      if (quoted === undefined) hidden.push(`${file}:${String(source.slice(0, index).split('\n').length)}`);
      else texts.add(quoted.replace(/\\(.)/g, '$1'));
    }
  }
  return { texts, hidden };
}

/** The bundle that translators begin with: each text as its own translation. */
export function bundleOf({ texts }: Strings): string {
  const sorted = [...texts].toSorted();
  return `${JSON.stringify(Object.fromEntries(sorted.map((text) => [text, text])), null, 2)}\n`;
}
