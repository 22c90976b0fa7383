/**
 * Whether a text is like a pattern as Redis knows them: `*` any text, `?` any character, `[a-c]` one of these, `\` takes
 * the next one as it is. Takes time in proportion to both lengths at worst, which a regular expression would not.
 */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const next = pattern[p] === '*' ? null : oneMatches(pattern, p, text[t] ?? '');
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && next !== null && next > 0) {
      p = next;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Whether a text has anything in it that a pattern means otherwise than it is written. */
export const isGlob = (text: string): boolean => /[*?[\\]/.test(text);

/** Place in the pattern after the part for one character, 0 where that is not like it. */
function oneMatches(pattern: string, at: number, char: string): number {
  switch (pattern.charAt(at)) {
    case '?':
      return at + 1;
    case '\\':
      return at + 1 < pattern.length ? (pattern[at + 1] === char ? at + 2 : 0) : char === '\\' ? at + 1 : 0;
    case '[':
      return classMatches(pattern, at, char);
    default:
      return pattern[at] === char ? at + 1 : 0;
  }
}

function classMatches(pattern: string, at: number, char: string): number {
  let i = at + 1;
  const isNot = pattern[i] === '^';
  if (isNot) i++;
  let isIn = false;
  for (; i < pattern.length && pattern[i] !== ']'; i++) {
    if (pattern[i] === '\\' && i + 1 < pattern.length) i++;
    const low = pattern[i] ?? '';
    if (pattern[i + 1] === '-' && i + 2 < pattern.length && pattern[i + 2] !== ']') {
      const high = pattern[i + 2] ?? '';
      if ((low <= char && char <= high) || (high <= char && char <= low)) isIn = true;
      i += 2;
    } else if (low === char) isIn = true;
  }
  // An unclosed class ends with the pattern, as in Redis.
  return isIn === isNot ? 0 : Math.min(i + 1, pattern.length);
}
