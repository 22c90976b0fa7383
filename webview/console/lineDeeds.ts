import type { Page } from '../page.ts';
import type { LineStore } from './lineStore.ts';
import { mostSelected, type Selection } from './selection.ts';
import type { Shown } from './shown.ts';

/** What can be done with lines: the extension has the whole of them, and does it. */
export class LineDeeds {
  readonly #page: Page;
  readonly #store: LineStore;
  readonly #shown: Shown;
  readonly #selection: () => Selection;

  constructor(page: Page, store: LineStore, shown: Shown, selection: () => Selection) {
    this.#page = page;
    this.#store = store;
    this.#shown = shown;
    this.#selection = selection;
  }

  /** Shows the active line in an editor. */
  readonly open = (): void => {
    const { active, positions } = this.#selection();
    if (active !== null) this.#open([active]);
    else if (positions.length === 1) this.#open(positions);
  };

  /** Compares the two lines that are selected. */
  readonly compare = (): void => {
    const { positions } = this.#selection();
    if (positions.length === 2) this.#open(positions);
    else this.#page.announce(this.#page.l10n.t('Select two lines to compare them'));
  };

  /** Copies the lines that are selected, else those that are shown. */
  readonly copy = (): void => {
    const { positions } = this.#selection();
    const ids = this.#idsOf(positions.length > 0 ? positions : this.#newest());
    if (ids.length > 0) this.#page.host.post({ kind: 'copy', ids });
  };

  #newest(): number[] {
    const { first, end } = this.#shown;
    const from = Math.max(first, end - mostSelected);
    return Array.from({ length: end - from }, (_, index) => this.#shown.at(from + index));
  }

  #open(positions: readonly number[]): void {
    this.#page.host.post({ kind: 'open', ids: this.#idsOf(positions) });
  }

  #idsOf(positions: readonly number[]): number[] {
    return positions.map((position) => this.#store.idAt(position));
  }
}
