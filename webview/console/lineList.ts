import { element, setAttribute } from '../dom.ts';
import type { Page } from '../page.ts';
import { LineRow } from './lineRow.ts';
import type { LineStore } from './lineStore.ts';
import { mostSelected, Selection } from './selection.ts';
import type { Shown } from './shown.ts';
import { VirtualList } from './virtualList.ts';

/** What a person wants who works in the list. */
export interface ListDeeds {
  open(): void;
  compare(): void;
  copy(): void;
  focusFilter(): void;
  setFollow(on: boolean, isBySelection?: boolean): void;
  /** The person let go of what was selected. */
  release(): void;
  /** The selection, or what can be seen, is another now. */
  changed(): void;
}

/** How long the list stays still after the pointer moved over it, in ms: who moves it is on the way to a line. */
const aiming = 400;

/** The console's list with its selection: a list box that the keys and the mouse work as in VS Code's own lists. */
export class LineList {
  readonly selection = new Selection();
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #store: LineStore;
  readonly #shown: Shown;
  readonly #deeds: ListDeeds;
  readonly #list: VirtualList;
  readonly #rows: LineRow[] = [];
  #revision = 0;
  #isOnlyNamespace = true;
  #isPressed = false;
  /** The line that was at the top when there last was one. */
  #near = 0;
  #mayHaveGone = false;

  constructor(page: Page, store: LineStore, shown: Shown, deeds: ListDeeds) {
    this.#page = page;
    this.#store = store;
    this.#shown = shown;
    this.#deeds = deeds;
    this.element = element('div', {
      class: 'console-list',
      role: 'listbox',
      tabindex: 0,
      'aria-multiselectable': 'true',
      'aria-label': page.l10n.t('Lines'),
    });
    this.#list = new VirtualList(
      {
        rowHeight: rowHeight(),
        bounds: () => shown,
        makeRow: (slot) => this.#makeRow(slot),
        onScroll: (isAtEnd) => deeds.setFollow(isAtEnd),
        onDraw: () => this.#drawn(),
        sticky: () => (this.follows ? null : this.#activeOrdinal),
      },
      this.element,
    );
    this.#measure();
    page.theme.onDidChange(() => this.#measure());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('mousedown', (event) => this.#mouse(event));
    this.element.addEventListener('dblclick', () => deeds.open());
    this.element.addEventListener('pointermove', (event) => this.#point(event));
    this.element.addEventListener('pointerleave', () => {
      page.cursor.point(null);
      if (!this.#isPressed) this.#list.steady(0);
    });
    this.element.addEventListener('pointerdown', () => this.#press(true));
    for (const end of ['pointerup', 'pointercancel', 'blur']) window.addEventListener(end, () => this.#press(false));
  }

  get follows(): boolean {
    return this.#list.follows;
  }
  set follows(on: boolean) {
    this.#list.follows = on;
  }
  get isAtTop(): boolean {
    return this.#list.isAtTop;
  }

  /** Draws what changed. */
  draw(): void {
    const only = this.#page.figures.now.connection.namespaces.length <= 1;
    if (only !== this.#isOnlyNamespace) {
      this.#isOnlyNamespace = only;
      this.#revision++;
    }
    let isOther = this.selection.dropBelow(this.#store.first);
    if (this.#mayHaveGone) {
      this.#mayHaveGone = this.#shown.isSearching;
      if (this.selection.keep((position) => !this.#shown.excludes(position))) {
        isOther = true;
        if (this.selection.size === 0) this.#deeds.release();
      }
    }
    if (isOther) this.#deeds.changed();
    this.#list.draw();
  }

  /** Carries out what gives the list other lines, and stays near the lines that were in sight. */
  refill(change: () => void): void {
    const { position, hidden } = this.top;
    change();
    this.#mayHaveGone = true;
    this.#revision++;
    this.goTo(position, hidden);
  }

  /** The line at the top, and how much of it is hidden. */
  get top(): { readonly position: number; readonly hidden: number } {
    const { ordinal, hidden } = this.#list.top;
    if (this.#shown.size > 0) this.#near = this.#shown.at(ordinal);
    return { position: this.#near, hidden };
  }
  /** Whether the active line is in the lower half of what is in sight. */
  get isLow(): boolean {
    const active = this.#activeOrdinal;
    return active !== null && this.#list.isLow(active);
  }

  /** Brings this line to the top. */
  goTo(position: number, hidden: number): void {
    this.#list.restart(this.#shown.ordinalOf(position), hidden);
  }

  select(positions: readonly number[]): void {
    for (const position of positions) this.selection.toggle(position);
    if (positions.length > 0) this.#deeds.changed();
  }

  /** Selects the first line at that time or after it, and shows it. */
  goToTime(at: number): void {
    const { size, end } = this.#shown;
    if (size === 0) return;
    const ordinal = Math.min(
      end - 1,
      this.#shown.firstWhere((position) => this.#store.timeAt(position) >= at),
    );
    this.selection.only(this.#shown.at(ordinal));
    this.#list.reveal(ordinal, 'middle');
    this.#deeds.changed();
  }

  clearSelection(): void {
    this.selection.clear();
    this.draw();
    this.#deeds.changed();
  }

  #makeRow(slot: number) {
    const row = new LineRow(this.#store, this.#page, `console-row-${slot}`);
    this.#rows[slot] = row;
    return { element: row.element, show: (ordinal: number) => this.#show(row, ordinal) };
  }

  #show(row: LineRow, ordinal: number): void {
    const position = this.#shown.at(ordinal);
    row.show(position, this.#revision, this.#isOnlyNamespace, this.#list.columns);
    const { element: target } = row;
    const isChosen = this.selection.has(position);
    target.classList.toggle('is-active', position === this.selection.active);
    setAttribute(target, 'aria-selected', isChosen ? 'true' : 'false');
    setAttribute(target, 'aria-setsize', this.#shown.size);
    setAttribute(target, 'aria-posinset', ordinal - this.#shown.first + 1);
  }

  #drawn(): void {
    const active = this.#activeOrdinal;
    const isDrawn = active !== null && this.#list.isDrawn(active);
    setAttribute(this.element, 'aria-activedescendant', isDrawn ? `console-row-${this.#list.slotOf(active)}` : null);
  }

  get #activeOrdinal(): number | null {
    const { active } = this.selection;
    if (active === null) return null;
    const ordinal = this.#shown.ordinalOf(active);
    return this.#shown.has(active) ? ordinal : null;
  }

  #measure(): void {
    const height = rowHeight();
    this.element.style.setProperty('--console-row', `${height}px`);
    this.#list.rowHeight = height;
  }

  #key(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    const { first, end } = this.#shown;
    const active = this.#activeOrdinal ?? (this.#list.follows ? end : this.#list.top.ordinal - 1);
    const moves: Record<string, number> = {
      ArrowUp: active - 1,
      ArrowDown: active + 1,
      PageUp: active - this.#list.page,
      PageDown: active + this.#list.page,
      Home: first,
      End: end - 1,
    };
    const move = moves[event.key];
    if (event.key === 'End' && !event.shiftKey) this.#deeds.setFollow(true);
    if (move !== undefined && !event.altKey) this.#move(move, event.shiftKey);
    else if (command && event.key.toLowerCase() === 'c') this.#deeds.copy();
    else if (command && event.key.toLowerCase() === 'a') this.#selectAll();
    else if (command || event.altKey) return;
    else if (event.key === 'Enter') this.#deeds.open();
    else if (event.key === 'd') this.#deeds.compare();
    else if (event.key === 'f') this.#deeds.setFollow(!this.#list.follows);
    else if (event.key === '/') this.#deeds.focusFilter();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #move(to: number, isExtending: boolean): void {
    if (this.#shown.size === 0) return;
    const ordinal = Math.max(this.#shown.first, Math.min(this.#shown.end - 1, to));
    // Who moves through lines wants to look at them; at the last one there is nothing to lose by following.
    if (ordinal < this.#shown.end - 1) this.#deeds.setFollow(false, true);
    this.#choose(ordinal, isExtending ? 'extend' : 'only');
    this.#list.reveal(ordinal, 'near');
  }

  #choose(ordinal: number, how: 'only' | 'extend' | 'toggle'): void {
    const position = this.#shown.at(ordinal);
    if (how === 'toggle') this.selection.toggle(position);
    else if (how === 'extend' && this.selection.anchor !== null) {
      this.selection.range(this.#between(this.#shown.ordinalOf(this.selection.anchor), ordinal), position);
    } else this.selection.only(position);
    this.#page.cursor.point(this.#store.timeAt(position));
    this.#deeds.changed();
  }

  /** Positions from one line to another, nearest to the second first, so that a bound cuts off the far end. */
  *#between(from: number, to: number): Generator<number> {
    const step = from < to ? -1 : 1;
    for (let ordinal = to; ordinal !== from + step; ordinal += step) yield this.#shown.at(ordinal);
  }

  #selectAll(): void {
    const { first, end, size } = this.#shown;
    if (size === 0) return;
    this.selection.range(this.#between(Math.max(first, end - mostSelected), end - 1), this.#shown.at(end - 1));
    this.draw();
    this.#deeds.changed();
  }

  #mouse(event: MouseEvent): void {
    const position = this.#positionUnder(event);
    if (position === null || event.button !== 0) return;
    const how = event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    this.#deeds.setFollow(false, true);
    this.#choose(this.#shown.ordinalOf(position), how);
    this.draw();
  }

  /** While it is pressed, what is under the pointer stays there, so that a click or two are on the line they were meant for. */
  #press(on: boolean): void {
    if (on === this.#isPressed) return;
    this.#isPressed = on;
    this.#list.steady(on ? Infinity : 0);
  }

  #point(event: PointerEvent): void {
    if (!this.#isPressed) this.#list.steady(aiming);
    const position = this.#positionUnder(event);
    if (position !== null) this.#page.cursor.point(this.#store.timeAt(position));
  }

  #positionUnder(event: MouseEvent): number | null {
    const under = event.target instanceof Element ? event.target.closest('.console-row') : null;
    return under === null ? null : (this.#rows.find((row) => row.element === under)?.position ?? null);
  }
}

/** Fits the font that VS Code's editors have. */
function rowHeight(): number {
  const size = Number.parseFloat(
    getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-font-size'),
  );
  return Math.round(Math.max(9, Math.min(32, Number.isFinite(size) ? size : 13)) * 1.5);
}
