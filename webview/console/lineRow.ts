import { element } from '../dom.ts';
import type { Page } from '../page.ts';
import type { LineStore } from './lineStore.ts';
import { clockTime, oneLine, shortChannel } from './lineText.ts';
import { gravity, markLabel } from './markWords.ts';

/** Longest text that is put into a row: more than the widest window shows. */
const longestShown = 600;

/** The elements of one line, which show one line after the other. All that agents wrote gets in as text nodes only. */
export class LineRow {
  readonly element: HTMLElement;
  readonly #store: LineStore;
  readonly #page: Page;
  readonly #time = document.createTextNode('');
  readonly #ms = document.createTextNode('');
  readonly #channel = document.createTextNode('');
  readonly #agent = document.createTextNode('');
  readonly #mark = document.createTextNode('');
  readonly #reason = document.createTextNode('');
  readonly #text = document.createTextNode('');
  readonly #markPart: HTMLElement;
  #position: number | null = null;
  #revision = -1;

  constructor(store: LineStore, page: Page, id: string) {
    this.#store = store;
    this.#page = page;
    this.#markPart = element('span', { class: 'console-mark' }, this.#mark);
    this.element = element(
      'div',
      { class: 'console-row', role: 'option', id },
      element('span', { class: 'console-time' }, this.#time, element('span', { class: 'console-ms' }, this.#ms)),
      ' ',
      element('span', { class: 'console-channel' }, this.#channel),
      ' ',
      element('span', { class: 'console-agent' }, this.#agent),
      ' ',
      this.#markPart,
      ' ',
      element('span', { class: 'console-reason' }, this.#reason),
      ' ',
      element('span', { class: 'console-text' }, this.#text),
    );
  }

  get position(): number | null {
    return this.#position;
  }

  /** Shows the line there. `revision` is another where the same line is to be shown otherwise. */
  show(position: number, revision: number, isOnlyNamespace: boolean): void {
    if (position === this.#position && revision === this.#revision) return;
    this.#position = position;
    this.#revision = revision;
    const store = this.#store;
    const { l10n } = this.#page;
    const mark = store.markAt(position);
    const channel = shortChannel(store.channelAt(position).text, store.nsAt(position).text, isOnlyNamespace);
    const time = clockTime(store.timeAt(position));
    put(this.#time, time.slice(0, 8));
    put(this.#ms, time.slice(8));
    put(this.#channel, oneLine(channel, 120));
    put(this.#agent, oneLine(store.agentAt(position)?.text ?? '', 80));
    put(this.#mark, mark === null ? '' : markLabel(mark, l10n));
    put(this.#reason, oneLine(store.reasonAt(position)?.text ?? '', 160));
    put(this.#text, oneLine(store.textAt(position), longestShown));
    this.#markPart.className = mark === null ? 'console-mark' : `console-mark is-${gravity[mark]}`;
  }
}

function put(node: Text, text: string): void {
  if (node.data !== text) node.data = text;
}
