import { element } from '../dom.ts';

/** Most places that are marked in one part of a row. */
const mostMarked = 20;

/** A part of a row. What it shows gets in as text nodes only; what was looked for is marked in it. */
export class RowPart {
  readonly element: HTMLElement;
  readonly #text = document.createTextNode('');
  #isMarked = false;

  constructor(style: string) {
    this.element = element('span', { class: style }, this.#text);
  }

  show(text: string, needle: RegExp | null): void {
    const pieces = needle === null ? [] : piecesOf(text, needle);
    if (pieces.length > 0) this.element.replaceChildren(...pieces);
    else {
      if (this.#isMarked) this.element.replaceChildren(this.#text);
      if (this.#text.data !== text) this.#text.data = text;
    }
    this.#isMarked = pieces.length > 0;
  }
}

/** @param needle with the flag `g` */
function piecesOf(text: string, needle: RegExp): (Node | string)[] {
  const pieces: (Node | string)[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(needle)) {
    pieces.push(text.slice(from, index), element('mark', {}, found));
    from = index + found.length;
    if (pieces.length >= 2 * mostMarked) break;
  }
  if (pieces.length > 0) pieces.push(text.slice(from));
  return pieces;
}
