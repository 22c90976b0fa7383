import { systemClock } from '../../src/protocol/clock.ts';
import { element, setAttribute, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { type Column, columnAt, indexAt } from './columns.ts';
import { Paced } from './paced.ts';

/** Least time between two things said to a screen reader, in ms. */
const pace = 500;

export interface SurfaceOptions {
  /** Room for the axes beside the plot, in CSS pixels. */
  readonly insets: { readonly left: number; readonly right: number };
  /** How far down what is said of an empty chart may reach, in CSS pixels. */
  readonly emptyHeight: number;
  /** What is drawn, one below the other, all with these insets. */
  readonly content: readonly HTMLElement[];
  columns(): readonly Column[];
  /** What a column says, for those who hear it. */
  words(column: Column): string;
  /**
   * A column was clicked, at this height of the page, or Enter was pressed.
   * @param isAgain the cursor was pinned to it already
   * @returns false where the cursor need not stay there
   */
  choose(column: Column, clientY: number | null, isAgain: boolean): boolean;
  /** Escape was pressed, or the cursor was let go by a click. */
  leave(): void;
  /** It has this width now, which is not 0. */
  resized(width: number): void;
}

/**
 * What a chart is drawn on and pointed at: one tab stop with the shared cursor as a line, moved by pointer and keys.
 */
export class Surface {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #options: SurfaceOptions;
  readonly #line = element('div', { class: 'chart-cursor', hidden: true });
  readonly #chosen = element('div', { class: 'chart-chosen', hidden: true });
  readonly #reason = element('span');
  readonly #empty = element('p', { class: 'chart-empty', hidden: true }, this.#reason);
  readonly #voice: Paced;
  #axis = { from: 0, to: 1 };
  #span: { readonly at: number; readonly end: number } | null = null;
  #summary = '';
  #width = 0;

  constructor(page: Page, options: SurfaceOptions) {
    this.#page = page;
    this.#options = options;
    this.#voice = new Paced(systemClock, pace, (text) => page.announce(text));
    this.element = element(
      'div',
      { class: 'chart-surface', tabindex: 0, role: 'application', 'aria-roledescription': page.l10n.t('chart') },
      ...options.content,
      this.#chosen,
      this.#line,
      this.#empty,
    );
    this.#empty.style.insetInline = `${String(options.insets.left)}px ${String(options.insets.right)}px`;
    this.#empty.style.height = `${String(options.emptyHeight)}px`;
    this.#listen();
    page.cursor.onDidChange(() => this.#place());
    new ResizeObserver(() => this.#measure()).observe(this.element);
  }

  /** Width of what lies between the axes, in CSS pixels. */
  get #plotWidth(): number {
    const { left, right } = this.#options.insets;
    return Math.max(1, this.#width - left - right);
  }

  /** After each drawing: what the axis reaches over, and what is said of the whole. */
  show(axis: { readonly from: number; readonly to: number }, summary: string, empty: string | null): void {
    this.#axis = { ...axis };
    this.#summary = summary;
    // A name that changes under the focus would be read out again and again.
    if (document.activeElement !== this.element) setAttribute(this.element, 'aria-label', summary);
    this.#empty.hidden = empty === null;
    setText(this.#reason, empty ?? '');
    this.#place();
  }

  /** Frames a column, or none. */
  mark(column: { readonly at: number; readonly end: number } | null): void {
    this.#span = column;
    this.#place();
  }

  #listen(): void {
    const { cursor } = this.#page;
    const surface = this.element;
    surface.addEventListener('pointermove', (event) => cursor.point(this.#timeAt(event.clientX)));
    surface.addEventListener('pointerleave', () => cursor.point(null));
    surface.addEventListener('click', (event) => this.#click(event));
    surface.addEventListener('keydown', (event) => {
      if (this.#press(event)) event.preventDefault();
    });
    surface.addEventListener('blur', () => {
      cursor.point(null);
      setAttribute(surface, 'aria-label', this.#summary);
    });
  }

  #measure(): void {
    const width = Math.floor(this.element.clientWidth);
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    this.#options.resized(width);
  }

  #click({ clientX, clientY }: MouseEvent): void {
    const { cursor } = this.#page;
    const at = this.#timeAt(clientX);
    if (at === null) return;
    const columns = this.#options.columns();
    const column = columnAt(columns, at);
    const isAgain = cursor.isPinned && (column === undefined || column === columnAt(columns, cursor.at));
    cursor.pin(column?.middle ?? at);
    const isChosen = column !== undefined && this.#options.choose(column, clientY, isAgain);
    if (isChosen || !isAgain) return;
    cursor.pin(null);
    cursor.point(at);
    this.#options.leave();
  }

  /** @returns whether the key meant something here */
  #press(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    const { cursor } = this.#page;
    const columns = this.#options.columns();
    const last = columns.length - 1;
    const at = cursor.at === null ? -1 : indexAt(columns, cursor.at);
    switch (event.key) {
      case 'ArrowLeft':
        return this.#step(at < 0 ? last : Math.max(0, at - 1));
      case 'ArrowRight':
        return this.#step(at < 0 ? last : Math.min(last, at + 1));
      case 'Home':
        return this.#step(0);
      case 'End':
        return this.#step(last);
      case 'Enter':
      case ' ': {
        const column = columns[at < 0 ? last : at];
        if (column === undefined) return false;
        cursor.pin(column.middle);
        this.#options.choose(column, null, false);
        return true;
      }
      case 'Escape':
        cursor.pin(null);
        this.#options.leave();
        return true;
      default:
        return false;
    }
  }

  #step(index: number): boolean {
    const column = this.#options.columns()[index];
    if (column === undefined) return false;
    const { cursor } = this.#page;
    if (cursor.isPinned) cursor.pin(column.middle);
    else cursor.point(column.middle);
    this.#voice.say(this.#options.words(column));
    return true;
  }

  #timeAt(clientX: number): number | null {
    const part = (clientX - this.element.getBoundingClientRect().left - this.#options.insets.left) / this.#plotWidth;
    return part < 0 || part > 1 ? null : this.#axis.from + part * (this.#axis.to - this.#axis.from);
  }

  /** Where a moment is, in CSS pixels from the left. */
  #left(at: number): number {
    const { from, to } = this.#axis;
    return this.#options.insets.left + ((at - from) / (to - from)) * this.#plotWidth;
  }

  #place(): void {
    const { at, isPinned } = this.#page.cursor;
    const { from, to } = this.#axis;
    const isSeen = at !== null && at >= from && at <= to && this.#width > 0;
    this.#line.hidden = !isSeen;
    this.#line.classList.toggle('pinned', isPinned);
    if (isSeen) this.#line.style.transform = `translateX(${this.#left(at).toFixed(1)}px)`;
    const span = this.#span;
    this.#chosen.hidden = span === null || span.end <= from || span.at >= to;
    if (span === null) return;
    const left = this.#left(Math.max(from, span.at));
    this.#chosen.style.transform = `translateX(${left.toFixed(1)}px)`;
    this.#chosen.style.width = `${Math.max(2, this.#left(Math.min(to, span.end)) - left).toFixed(1)}px`;
  }
}
