import { element } from '../dom.ts';

/** One row, used for many lines in turn. */
export interface Row {
  readonly element: HTMLElement;
  show(ordinal: number): void;
}

export interface ListOptions {
  readonly rowHeight: number;
  /** Ordinals of the first line and of the one after the last. */
  readonly bounds: () => { readonly first: number; readonly end: number };
  readonly makeRow: (slot: number) => Row;
  /** The person scrolled: to the end, or away from it. */
  readonly onScroll: (isAtEnd: boolean) => void;
  readonly onDraw: () => void;
  /** Another height: a line that was in sight is to stay so, null for none. */
  readonly sticky: () => number | null;
}

const spare = 8;
/** How long after the last scrolling the place of lines may be counted anew, in ms. */
const calm = 160;

/**
 * A list of any length of which only the rows in sight are elements. Lines stay where they are on the screen when others
 * come before them or go: that moves the place where counting begins, which waits until nobody scrolls, since a browser
 * ends the person's own scrolling when the page scrolls.
 */
export class VirtualList {
  readonly scroller: HTMLElement;
  readonly #spacer = element('div', { class: 'console-space', role: 'none' });
  readonly #options: ListOptions;
  readonly #rows: Row[] = [];
  #rowHeight: number;
  #viewport = 0;
  #width = 0;
  /** Ordinal of the line at the top of all. */
  #origin = 0;
  #height = -1;
  #expected = 0;
  #scrolledAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #steadyUntil = 0;
  #steadyTimer: ReturnType<typeof setTimeout> | undefined;
  #from = 0;
  #to = 0;
  follows = true;

  constructor(options: ListOptions, scroller: HTMLElement) {
    this.#options = options;
    this.#rowHeight = options.rowHeight;
    this.scroller = scroller;
    scroller.append(this.#spacer);
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => {
      const kept = options.sticky();
      const isSeen = kept !== null && this.isSeen(kept);
      this.#viewport = scroller.clientHeight;
      this.#width = scroller.clientWidth;
      if (isSeen) this.reveal(kept, 'near');
      else this.draw();
    }).observe(scroller);
  }

  get rowHeight(): number {
    return this.#rowHeight;
  }
  set rowHeight(height: number) {
    if (height === this.#rowHeight) return;
    const top = this.#origin + this.scroller.scrollTop / this.#rowHeight;
    this.#rowHeight = height;
    this.#scrollTo((top - this.#origin) * height);
    this.draw();
  }

  /** Lines that fit. */
  get page(): number {
    return Math.max(1, Math.floor(this.#viewport / this.#rowHeight));
  }
  /** Whether a row stands for that line at the moment. */
  isDrawn(ordinal: number): boolean {
    return ordinal >= this.#from && ordinal < this.#to;
  }
  slotOf(ordinal: number): number {
    const { length } = this.#rows;
    return length === 0 ? 0 : ((ordinal % length) + length) % length;
  }
  /** Characters that fit into a row, about. */
  get columns(): number {
    return Math.floor(this.#width / (this.#rowHeight * 0.4));
  }
  isSeen(ordinal: number): boolean {
    const at = this.#placeOf(ordinal);
    return at >= 0 && at + this.#rowHeight <= this.#viewport;
  }
  /** Whether the line is in the lower half of what is in sight. */
  isLow(ordinal: number): boolean {
    return this.#placeOf(ordinal) > this.#viewport / 2;
  }
  get isAtTop(): boolean {
    return this.scroller.scrollTop <= (this.#options.bounds().first - this.#origin) * this.#rowHeight + 1;
  }
  /** Ordinal of the line at the top, and how much of it is hidden. */
  get top(): { readonly ordinal: number; readonly hidden: number } {
    const at = this.scroller.scrollTop / this.#rowHeight;
    return { ordinal: this.#origin + Math.floor(at), hidden: (at % 1) * this.#rowHeight };
  }

  #placeOf(ordinal: number): number {
    return (ordinal - this.#origin) * this.#rowHeight - this.scroller.scrollTop;
  }

  /** Begins with other lines, of which this one is to be at the top. */
  restart(ordinal: number, hidden: number): void {
    const { first, end } = this.#options.bounds();
    this.#origin = first;
    this.#size(end);
    this.#scrollTo((ordinal - first) * this.#rowHeight + hidden);
    this.draw();
  }

  /** Scrolls as little as it takes to see the line; or puts it in the middle. */
  reveal(ordinal: number, where: 'near' | 'middle'): void {
    this.#rebase();
    this.#size(this.#options.bounds().end);
    const at = (ordinal - this.#origin) * this.#rowHeight;
    const top = this.scroller.scrollTop;
    const isSeen = this.isSeen(ordinal);
    if (where === 'middle') {
      if (!isSeen) this.#scrollTo(at - Math.floor(this.page / 2) * this.#rowHeight);
    } else if (at < top) this.#scrollTo(at);
    else if (!isSeen) this.#scrollTo(at + this.#rowHeight - this.#viewport);
    this.draw();
  }

  /** For so many ms lines stay where they are on the screen, also while it follows; 0 to let it go on at once. */
  steady(ms: number): void {
    const wasMoving = this.#mayMove;
    this.#steadyUntil = performance.now() + ms;
    if (!this.follows || (wasMoving && ms === 0)) return;
    clearTimeout(this.#steadyTimer);
    if (Number.isFinite(ms)) this.#steadyTimer = setTimeout(() => this.draw(), ms);
  }

  get #mayMove(): boolean {
    return this.follows && performance.now() >= this.#steadyUntil;
  }

  draw(): void {
    const { first, end } = this.#options.bounds();
    if (this.#origin !== first && this.#mayRebase(first)) this.#rebase();
    this.#size(end);
    if (this.#mayMove) this.#scrollTo(this.#height - this.#viewport);
    this.#drawRows(first, end);
    this.#options.onDraw();
  }

  #mayRebase(first: number): boolean {
    if (this.#mayMove || performance.now() - this.#scrolledAt > calm) return true;
    const top = this.scroller.scrollTop;
    // Nothing but what is gone is in sight, or nothing is above although there should be.
    if (first > this.#origin) {
      if (top + this.#viewport <= (first - this.#origin) * this.#rowHeight) return true;
    } else if (top < this.#viewport) return true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.draw(), calm);
    return false;
  }

  #rebase(): void {
    const { first, end } = this.#options.bounds();
    if (first === this.#origin) return;
    const top = this.scroller.scrollTop - (first - this.#origin) * this.#rowHeight;
    this.#origin = first;
    this.#size(end);
    this.#scrollTo(top);
  }

  #size(end: number): void {
    const height = Math.max(0, (end - this.#origin) * this.#rowHeight);
    if (height === this.#height) return;
    this.#height = height;
    this.#spacer.style.height = `${height}px`;
  }

  #scrollTo(top: number): void {
    const wanted = Math.max(0, Math.min(top, this.#height - this.#viewport));
    this.#expected = wanted;
    if (Math.abs(this.scroller.scrollTop - wanted) >= 0.5) this.scroller.scrollTop = wanted;
  }

  #scrolled(): void {
    const top = this.scroller.scrollTop;
    const isOurs = Math.abs(top - this.#expected) <= 1;
    if (!isOurs) {
      this.#scrolledAt = performance.now();
      const isDown = top > this.#expected;
      this.#expected = top;
      const isAtEnd = top + this.#viewport >= this.#height - this.#rowHeight / 2;
      if (isAtEnd ? isDown : this.follows || this.isAtTop) this.#options.onScroll(isAtEnd);
    }
    const { first, end } = this.#options.bounds();
    this.#drawRows(first, end);
    this.#options.onDraw();
  }

  #drawRows(first: number, end: number): void {
    const top = this.scroller.scrollTop;
    this.#from = Math.max(first, this.#origin + Math.floor(top / this.#rowHeight) - spare);
    this.#to = Math.min(end, this.#origin + Math.ceil((top + this.#viewport) / this.#rowHeight) + spare);
    const wanted = Math.ceil(this.#viewport / this.#rowHeight) + 1 + 2 * spare;
    while (this.#rows.length < wanted) {
      const row = this.#options.makeRow(this.#rows.length);
      this.#rows.push(row);
      this.#spacer.append(row.element);
    }
    const length = this.#rows.length;
    for (let slot = 0; slot < length; slot++) {
      const row = this.#rows[slot];
      if (row === undefined) continue;
      // The only ordinal of those in sight that has this slot.
      const ordinal = this.#from + ((((slot - this.#from) % length) + length) % length);
      const isIn = ordinal < this.#to;
      if (row.element.hidden === isIn) row.element.hidden = !isIn;
      if (!isIn) continue;
      const place = `translateY(${(ordinal - this.#origin) * this.#rowHeight}px)`;
      if (row.element.style.transform !== place) row.element.style.transform = place;
      row.show(ordinal);
    }
  }
}
