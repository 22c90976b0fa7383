import type { Page, Place } from '../page.ts';
import type { Intake } from './intake.ts';
import type { LineList } from './lineList.ts';
import type { LineStore } from './lineStore.ts';
import type { Shown } from './shown.ts';

type Mark = { readonly id: number; readonly at: number };

/** How long scrolling rests before its place is written down, in ms. */
const rest = 200;

/**
 * Writes down where the person is, and leads back there when the page is made anew: once the lines are there again, of
 * which the older ones come later. Whoever scrolls or chooses something before that stays where they are.
 */
export class PlaceKeeper {
  readonly #page: Page;
  readonly #store: LineStore;
  readonly #shown: Shown;
  readonly #intake: Intake;
  readonly #list: LineList;
  #wanted: Place | null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: Page, store: LineStore, shown: Shown, intake: Intake, list: LineList) {
    this.#page = page;
    this.#store = store;
    this.#shown = shown;
    this.#intake = intake;
    this.#list = list;
    const { place } = page.state.current.console;
    this.#wanted = list.follows ? null : place;
    requestAnimationFrame(() => window.scrollTo(0, place.scroll));
    for (const deed of ['wheel', 'keydown', 'pointerdown']) {
      list.element.addEventListener(deed, () => this.leave(), { passive: true, capture: true });
    }
    for (const target of [list.element, window]) {
      target.addEventListener('scroll', () => this.#soon(), { passive: true });
    }
  }

  /** The person is somewhere else by now. */
  leave(): void {
    this.#wanted = null;
  }

  /** Leads back as soon as it can; until then the newest lines are in sight. */
  restore(): void {
    if (this.#list.follows) this.leave();
    if (this.#wanted === null || this.#store.size === 0 || this.#shown.isSearching) return;
    const { selected, top } = this.#wanted;
    const isAll = [...selected, top].every((mark) => mark === null || this.#find(mark) !== null);
    if (!isAll && this.#intake.more === 'memory') {
      this.#list.goTo(this.#store.end, 0);
      return;
    }
    this.#wanted = null;
    this.#list.goTo(top === null ? this.#store.end : (this.#find(top) ?? this.#store.end), top?.hidden ?? 0);
    this.#list.select(selected.flatMap((mark) => this.#find(mark) ?? []));
  }

  /** Writes it down at once: what was chosen may be opened in another tab, which hides this one. */
  keep(): void {
    clearTimeout(this.#timer);
    if (this.#wanted !== null) return;
    const { state } = this.#page;
    const { positions, active } = this.#list.selection;
    const chosen = positions.length > 2 ? (active === null ? [] : [active]) : positions;
    const { follows, top } = this.#list;
    const place: Place = {
      selected: chosen.map((position) => this.#markOf(position)),
      top: follows || this.#shown.size === 0 ? null : { ...this.#markOf(top.position), hidden: top.hidden },
      scroll: Math.max(0, window.scrollY),
    };
    const kept = state.current.console;
    if (JSON.stringify(place) !== JSON.stringify(kept.place)) state.set({ console: { ...kept, place } });
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), rest);
  }

  #markOf(position: number): Mark {
    return { id: this.#store.idAt(position), at: this.#store.timeAt(position) };
  }

  #find({ id, at }: Mark): number | null {
    const position = this.#store.positionOf(id);
    const isThere = position < this.#store.end && this.#store.idAt(position) === id;
    return isThere && this.#store.timeAt(position) === at ? position : null;
  }
}
