/** Longer than any name that somebody means. */
const longest = 32;

/** The name that was probably meant by a misspelt one, or by its beginning; undefined where none is near. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  if (text.length < 2 || text.length > longest) return undefined;
  const begun = names.filter((name) => name.startsWith(text));
  if (begun.length === 1) return begun[0];
  const [first] = names
    .map((name) => ({ name, steps: stepsBetween(text, name) }))
    .filter(({ name, steps }) => steps <= (Math.min(name.length, text.length) > 3 ? 2 : 1))
    .toSorted((a, b) => a.steps - b.steps);
  return first?.name;
}

/** How many letters were left out, put in, changed or swapped with the next one. */
function stepsBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, changed, isSwapped ? before[j - 2]! + 1 : changed);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
