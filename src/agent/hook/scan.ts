/**
 * Reads the texts out of JSON as they stand there, without parsing the rest, as `hook.sh` does it in the shell: so that both say
 * the same of the same bytes, also where these are cut off or no JSON at all. Texts are bytes, one a character.
 */

/** A text and where it stands. */
export interface Seen {
  text: string;
  /** What stands between the text before and this one, and between this one and the next. */
  before: string;
  next: string;
  /** Brackets that are open. */
  depth: number;
  /** The outermost key that it is below, and its own. */
  top: string;
  key: string;
  isKey: boolean;
  isValue: boolean;
}

/** Calls for each text until that says `false`. */
export function eachText(json: string, visit: (seen: Seen) => boolean): void {
  const parts = json.split('"');
  // A split of the shell gives nothing for the nothing behind the last quote.
  if (parts.at(-1) === '') parts.pop();
  let [depth, top, key] = [0, '', ''];
  for (let i = 0; i + 2 < parts.length;) {
    const before = parts[i]!;
    let part = parts[i + 1]!;
    let text = part;
    i += 2;
    // A quote behind an odd number of backslashes is in the text.
    while (endsOpen(part) && i < parts.length) {
      part = parts[i++]!;
      text += `"${part}`;
    }
    const next = parts[i];
    if (next === undefined) return;
    depth += brackets(before);
    const isKey = next.startsWith(':') || next.startsWith(' :');
    if (isKey) {
      key = text;
      if (depth <= 1) top = text;
    }
    const isValue = before === ':' || before === ': ';
    if (!visit({ text, before, next, depth, top, key, isKey, isValue })) return;
  }
}

function endsOpen(part: string): boolean {
  let count = 0;
  while (part.endsWith('\\', part.length - count)) count++;
  return count % 2 === 1;
}

function brackets(between: string): number {
  let count = 0;
  for (const sign of between.match(/[[\]{}]/g) ?? []) count += sign === '{' || sign === '[' ? 1 : -1;
  return count;
}
