import type { Node } from 'jsonc-parser';

/**
 * Edits of a JSON text that leave everything else as it stands, to the byte. Those of jsonc-parser reformat the lines that
 * they touch, which may be the whole file, and take comments out with what they stand beside.
 */
export interface Edit {
  offset: number;
  length: number;
  content: string;
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  // From the end on, so that what is still to be done keeps its place; of two at one place the first one ends up first.
  const ordered = edits.map((edit, order) => ({ edit, order }));
  ordered.sort((a, b) => b.edit.offset - a.edit.offset || b.order - a.order);
  for (const { edit } of ordered) {
    result = result.slice(0, edit.offset) + edit.content + result.slice(edit.offset + edit.length);
  }
  return result;
}

/** How a file is written. */
export interface Style {
  unit: string;
  eol: string;
}

export function styleOf(text: string): Style {
  const indent = /^(\t+| +)(?=\S)/m.exec(text)?.[1] ?? '  ';
  return { unit: indent.startsWith('\t') ? '\t' : indent.slice(0, 8), eol: text.includes('\r\n') ? '\r\n' : '\n' };
}

/** Puts items behind those of an object or a list, as its items are laid out. `items` are JSON texts in one line each, or values to print. */
export function append(text: string, container: Node, items: readonly Item[], style: Style): Edit[] {
  if (items.length === 0) return [];
  const children = container.children ?? [];
  const last = children.at(-1);
  const base = indentAt(text, container.offset);
  const inner = base + style.unit;
  if (last === undefined) {
    const start = container.offset + 1;
    const end = container.offset + container.length - 1;
    const isBlank = text.slice(start, end).trim() === '';
    const printed = items.map((item) => `${style.eol}${inner}${printItem(item, inner, style)}`).join(',');
    const content = `${printed}${style.eol}${base}`;
    return [{ offset: start, length: isBlank ? end - start : 0, content }];
  }
  const lastEnd = last.offset + last.length;
  const close = container.offset + container.length - 1;
  const { comma, ...same } = behind(text, lastEnd, close);
  // A comma at the end may stand on a later line, with comments of its own.
  const { end, hasLineComment } = comma !== null && comma >= same.end ? behind(text, comma + 1, close) : same;
  const first = children[0] ?? last;
  const isSpread = hasLineComment || /[\r\n]/.test(text.slice(container.offset, first.offset));
  const indent = isSpread ? (indentOf(text, last.offset) ?? inner) : '';
  const between = isSpread ? style.eol + indent : ' ';
  const printed = items.map((item) => between + (isSpread ? printItem(item, indent, style) : printFlat(item)));
  return [
    ...(comma === null ? [{ offset: lastEnd, length: 0, content: ',' }] : []),
    { offset: end, length: 0, content: printed.join(',') },
  ];
}

export interface Item {
  /** Of an object's property. */
  key?: string;
  value: unknown;
}

/** Takes an item out of its object or list, with its comma and, where it stands alone there, its lines. */
export function remove(text: string, item: Node, container: Node): Edit[] {
  const children = container.children ?? [];
  const at = children.indexOf(item);
  const close = container.offset + container.length - 1;
  let { offset: start } = item;
  let end = item.offset + item.length;
  const { comma } = behind(text, end, close);
  const edits: Edit[] = [];
  const previous = children[at - 1];
  if (comma !== null && text.slice(end, comma).trim() === '') end = comma + 1;
  else if (comma !== null) edits.push({ offset: comma, length: 1, content: '' });
  else if (previous) {
    const before = behind(text, previous.offset + previous.length, start).comma;
    if (before !== null) edits.push({ offset: before, length: 1, content: '' });
  }
  const lineStart = start - (/[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0);
  const isLineBegin = lineStart === 0 || /[\r\n]/.test(text[lineStart - 1] ?? '');
  const rest = /^[ \t]*(\r?\n|\r)/.exec(text.slice(end));
  if (isLineBegin && rest) {
    start = lineStart;
    end += rest[0].length;
  } else if (children.length > 1) {
    // On a line with others, the space that set it apart goes with it.
    const space = /^[ \t]+/.exec(text.slice(end))?.[0].length ?? 0;
    if (at === 0 || isLineBegin) end += space;
    else start = lineStart;
  } else if (text.slice(container.offset + 1, start).trim() === '' && text.slice(end, close).trim() === '') {
    start = container.offset + 1;
    end = close;
  }
  return [...edits, { offset: start, length: end - start, content: '' }];
}

/** What follows an item up to the end of its line or its container: a comma, spaces, comments. */
function behind(
  text: string,
  from: number,
  to: number,
): { end: number; comma: number | null; hasLineComment: boolean } {
  let comma: number | null = null;
  let end = from;
  for (let at = from; at < to;) {
    const rest = text.slice(at, to);
    const trivia = /^(?:[ \t]+|\/\*[^]*?\*\/)/.exec(rest)?.[0];
    if (trivia !== undefined) {
      at += trivia.length;
      if (trivia.startsWith('/')) end = at;
    } else if (rest.startsWith(',') && comma === null) {
      comma = at;
      end = ++at;
    } else if (rest.startsWith('//')) {
      end = at + (/^[^\r\n]*/.exec(rest)?.[0].length ?? 0);
      return { end, comma: comma ?? laterComma(text, end, to), hasLineComment: true };
    } else {
      return { end, comma: comma ?? laterComma(text, at, to), hasLineComment: false };
    }
  }
  return { end, comma, hasLineComment: false };
}

/** A comma on a later line, as some put it before the next item. */
function laterComma(text: string, from: number, to: number): number | null {
  const rest = text.slice(from, to);
  const trivia = /^(?:\s+|\/\*[^]*?\*\/|\/\/[^\r\n]*)*/.exec(rest)?.[0].length ?? 0;
  return rest[trivia] === ',' ? from + trivia : null;
}

/** The indentation of the line at a place. */
function indentAt(text: string, offset: number): string {
  const line =
    text
      .slice(0, offset)
      .split(/\r\n|\r|\n/)
      .at(-1) ?? '';
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** The same where an item begins its line; null where others stand before it. */
function indentOf(text: string, offset: number): string | null {
  const line =
    text
      .slice(0, offset)
      .split(/\r\n|\r|\n/)
      .at(-1) ?? '';
  return line.trim() === '' ? line : null;
}

function printItem({ key, value }: Item, indent: string, { unit, eol }: Style): string {
  const lines = JSON.stringify(value, null, unit).split('\n');
  return (key === undefined ? '' : `${JSON.stringify(key)}: `) + lines.join(eol + indent);
}

const printFlat = ({ key, value }: Item): string =>
  (key === undefined ? '' : `${JSON.stringify(key)}: `) + JSON.stringify(value);
