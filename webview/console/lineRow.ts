import { element } from '../dom.ts';
import type { Page } from '../page.ts';
import { needleOf } from './filter.ts';
import type { LineStore } from './lineStore.ts';
import { kindWord } from './kindWords.ts';
import { summaryOf } from './lineSummary.ts';
import { clockTime, oneLine, shortChannel } from './lineText.ts';
import { gravity, markLabel } from './markWords.ts';
import { RowPart } from './rowPart.ts';

/** Longest text that is put into a row: more than the widest window shows. */
const longestShown = 600;
/** Characters before the text, and before what was found in it where its beginning is cut off. */
const before = { wide: 50, narrow: 32, found: 16 } as const;

/** The elements of one line, which show one line after the other. All that agents wrote gets in as text nodes only. */
export class LineRow {
  readonly element: HTMLElement;
  readonly #store: LineStore;
  readonly #page: Page;
  readonly #time = document.createTextNode('');
  readonly #ms = document.createTextNode('');
  readonly #channel = new RowPart('console-channel');
  readonly #agent = new RowPart('console-agent');
  readonly #mark = new RowPart('console-mark');
  readonly #reason = new RowPart('console-reason');
  readonly #summary = new RowPart('console-summary');
  readonly #text = new RowPart('console-text');
  #position: number | null = null;
  #revision = -1;

  constructor(store: LineStore, page: Page, id: string) {
    this.#store = store;
    this.#page = page;
    const parts = [this.#channel, this.#agent, this.#mark, this.#reason, this.#summary, this.#text];
    this.element = element(
      'div',
      { class: 'console-row', role: 'option', id },
      element('span', { class: 'console-time' }, this.#time, element('span', { class: 'console-ms' }, this.#ms)),
      ...parts.flatMap((part) => [' ', part.element]),
    );
  }

  get position(): number | null {
    return this.#position;
  }

  /**
   * Shows the line there, in a row of so many characters. `revision` is another where the same line is to be shown
   * otherwise.
   */
  show(position: number, revision: number, isOnlyNamespace: boolean, columns: number): void {
    if (position === this.#position && revision === this.#revision) return;
    this.#position = position;
    this.#revision = revision;
    const store = this.#store;
    const { l10n, state } = this.#page;
    const { isRegex, text: wanted } = state.current.console;
    // An expression runs elsewhere, since it may take forever.
    const needle = isRegex || wanted === '' ? null : needleOf(wanted, 'gi');
    const mark = store.markAt(position);
    const channel = shortChannel(store.channelAt(position).text, store.nsAt(position).text, isOnlyNamespace);
    const time = clockTime(store.timeAt(position));
    const reason = oneLine(store.reasonAt(position)?.text ?? '', 160);
    const resource = store.resourceAt(position);
    // A mark has said already what happened.
    const kind = resource === null || mark !== null ? '' : `${kindWord(store.kindAt(position).text, l10n)} · `;
    const summary = kind + summaryOf(store.textAt(position), resource?.text ?? null);
    put(this.#time, time.slice(0, 8));
    put(this.#ms, time.slice(8));
    this.#channel.show(oneLine(channel, 120), needle);
    this.#agent.show(oneLine(store.agentAt(position)?.text ?? '', 80), needle);
    this.#mark.show(mark === null ? '' : markLabel(mark, l10n), null);
    this.#reason.show(reason, needle);
    this.#summary.show(summary, needle);
    const left = columns - (columns < 80 ? before.narrow : before.wide) - reason.length - summary.length;
    this.#text.show(oneLine(fromFound(store.textAt(position), needle, summary, left), longestShown), needle);
    this.#mark.element.className = mark === null ? 'console-mark' : `console-mark is-${gravity[mark]}`;
    this.#text.element.classList.toggle('is-dim', summary !== '');
  }
}

/** The text from shortly before what was looked for, where that would not be in sight otherwise. */
function fromFound(text: string, needle: RegExp | null, summary: string, columns: number): string {
  if (needle === null || summary.search(needle) >= 0) return text;
  const at = text.search(needle);
  return at + before.found < columns || at <= before.found ? text : `…${text.slice(at - before.found)}`;
}

function put(node: Text, text: string): void {
  if (node.data !== text) node.data = text;
}
