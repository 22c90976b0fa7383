/**
 * Makes a command's text one that can be told into words: without the texts of heredocs, comments and the numbers of
 * descriptors, with `;` for the ends of lines, and with what is substituted taken out. Each text is gone through once at every
 * level of substitution, of which there are a few; what is behind a quote that never ends is none that a shell would run.
 */

/** Letters of a command that are looked at. What comes behind is found when the command has ended. */
const most = 65_536;
const deepest = 6;
/** Texts that are substituted at one level. */
const mostTexts = 100;
/** Brackets and quotes within each other, of what is only skipped. */
const deepestSkip = 60;
/** Stands for what is known only when the command runs. */
const unknown = '\ue000?\ue001';
/** As the name of a variable: the repository's root, which is what commands of git say of it. */
export const root = '/';

/** The texts of a command, and of all that it substitutes, as `shell-quote` can read them. */
export function plainTexts(command: string): string[] {
  const texts: string[] = [];
  let level = [
    command
      .slice(0, most)
      .replace(/[\ue000\ue001]/g, '?')
      .replaceAll('\0', ''),
  ];
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const below: string[] = [];
    for (const text of level) texts.push(plain(text, below));
    level = below.slice(0, mostTexts);
  }
  return texts;
}

function plain(text: string, below: string[]): string {
  const parts: string[] = [];
  const bodies: { end: string; isIndented: boolean }[] = [];
  let word = '';
  const endWord = (sign: string): void => {
    parts.push(word, sign);
    word = '';
  };
  for (let i = 0; i < text.length;) {
    const sign = text[i]!;
    if (sign === '\\') {
      if (text[i + 1] !== '\n') word += text.slice(i, i + 2);
      i += 2;
    } else if (sign === "'" || sign === '"' || sign === '`' || (sign === '$' && /[('"{]/.test(text[i + 1] ?? ''))) {
      const end = skipped(text, i, 0);
      if (end < 0) break;
      word += sign === '"' ? inDouble(text.slice(i, end), below) : substituted(text.slice(i, end), below);
      i = end;
    } else if (sign === '\n') {
      endWord(' ; ');
      i++;
      for (const body of bodies.splice(0)) i = endOfBody(text, i, body);
    } else if (sign === '#') {
      // Within a word it is a letter like others.
      if (word !== '') word += '\\#';
      const end = text.indexOf('\n', i);
      i = word !== '' ? i + 1 : end < 0 ? text.length : end;
    } else if (sign === '<' || sign === '>') {
      // The number of a descriptor would pass for an argument.
      if (/^\d+$/.test(word)) word = '';
      const heredoc =
        sign === '<' &&
        text[i + 1] === '<' &&
        text[i + 2] !== '<' &&
        /^<<(-?)[ \t]*([^\s;|&()<>]+)/.exec(text.slice(i, i + 200));
      const length = heredoc ? heredoc[0].length : text.startsWith('<<<', i) ? 3 : 1;
      endWord(heredoc ? ' ' : text.slice(i, i + length));
      if (heredoc) bodies.push({ end: heredoc[2]!.replace(/['"\\]/g, ''), isIndented: heredoc[1] !== '' });
      i += length;
    } else if (/[\s;|&()]/.test(sign)) {
      endWord(sign);
      i++;
    } else {
      word += sign;
      i++;
    }
  }
  endWord('');
  return parts.join('');
}

/** Where a heredoc's text ends. */
function endOfBody(text: string, from: number, { end, isIndented }: { end: string; isIndented: boolean }): number {
  for (let at = from; at < text.length;) {
    const next = text.indexOf('\n', at);
    const stop = next < 0 ? text.length : next;
    const line = text.slice(at, stop);
    at = stop + 1;
    if ((isIndented ? line.replace(/^\t+/, '') : line) === end) return at;
  }
  return text.length;
}

/** What takes the place of a quote or of something that is substituted; what is to be run for it goes to those below. */
function substituted(text: string, below: string[]): string {
  if (/^(['"]|\$['"]|\$\{\w+\}$)/.test(text)) return text;
  const [, asked] = /^(?:`|\$\()\s*(pwd|git rev-parse --show-toplevel)\s*[`)]$/.exec(text) ?? [];
  if (asked !== undefined) return `\ue000${asked === 'pwd' ? 'PWD' : root}\ue001`;
  if (text.startsWith('`')) below.push(text.slice(1, -1).replace(/\\([`\\$])/g, '$1'));
  // What is reckoned runs nothing.
  else if (text.startsWith('$(') && !/^\$\(\([^]*\)\)$/.test(text)) below.push(text.slice(2, -1));
  return unknown;
}

function inDouble(text: string, below: string[]): string {
  let out = '';
  for (let i = 0; i < text.length;) {
    const isOpening = isSubstitution(text, i);
    const end = isOpening ? skipped(text, i, 0) : i + (text[i] === '\\' ? 2 : 1);
    if (end < 0) return '""';
    out += isOpening ? substituted(text.slice(i, end), below) : text.slice(i, end);
    i = end;
  }
  return out;
}

/** Where what begins here ends: a quote, or something substituted; -1 where it does not. */
function skipped(text: string, from: number, depth: number): number {
  if (depth > deepestSkip) return -1;
  const first = text[from]!;
  if (first === "'") {
    const end = text.indexOf("'", from + 1);
    return end < 0 ? -1 : end + 1;
  }
  const isAnsi = first === '$' && text[from + 1] === "'";
  if (first === '$' && text[from + 1] === '"') return skipped(text, from + 1, depth + 1);
  const isBracket = first === '$' && !isAnsi;
  const [opening, closing] = text[from + 1] === '{' ? ['{', '}'] : ['(', ')'];
  let open = 0;
  for (let i = from + (first === '$' ? (isAnsi ? 2 : 1) : 1); i < text.length;) {
    const sign = text[i]!;
    if (sign === '\\') {
      i += 2;
      continue;
    }
    if (isBracket) {
      if (sign === opening) open++;
      if (sign === closing && --open === 0) return i + 1;
    } else if (sign === (isAnsi ? "'" : first)) return i + 1;
    const isWithin = isBracket ? /['"`]/.test(sign) : first === '"' && isSubstitution(text, i);
    i = isWithin ? skipped(text, i, depth + 1) : i + 1;
    if (i <= 0) return -1;
  }
  return -1;
}

const isSubstitution = (text: string, at: number): boolean =>
  text[at] === '`' || (text[at] === '$' && (text[at + 1] === '(' || text[at + 1] === '{'));
