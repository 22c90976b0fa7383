import { button, checkbox } from '../controls.ts';
import type { Page } from '../page.ts';
import type { LineList } from './lineList.ts';
import type { Shown } from './shown.ts';

/** How the list stands: at its newest line, held there by a person, or left at what a person looks at. */
export type Stand = 'following' | 'selected' | 'away' | 'paused';

/** Whether the list stays at the newest line, how many came since it does not, and the ways back there. */
export class Following {
  /** Follows, or not. */
  readonly choice;
  /** Over the end of the list: what is new there, and a click leads to it. */
  readonly jump;
  readonly #page: Page;
  readonly #list: LineList;
  readonly #shown: Shown;
  readonly #changed: () => void;
  /** Whether it ended because a line was selected. */
  #isBySelection: boolean;
  /** Where the lines end that were there when following ended. */
  #seen = 0;

  /** @param changed is called when it follows, or does so no more */
  constructor(page: Page, list: LineList, shown: Shown, changed: () => void) {
    this.#page = page;
    this.#list = list;
    this.#shown = shown;
    this.#changed = changed;
    const { l10n } = page;
    const { follow, place } = page.state.current.console;
    list.follows = follow;
    this.#isBySelection = place.selected.length > 0;
    this.choice = checkbox({
      label: l10n.t('Follow'),
      title: l10n.t('Stay at the newest line (F in the list)'),
      checked: list.follows,
      onChange: (on) => this.set(on),
    });
    this.jump = button({ label: l10n.t('{0} new', 0), isPrimary: true, onClick: () => this.#goToEnd() });
    this.jump.element.classList.add('console-jump');
  }

  get stand(): Stand {
    if (this.#page.drawing.isPaused) return 'paused';
    if (this.#list.follows) return 'following';
    return this.#isBySelection && this.#list.selection.size > 0 ? 'selected' : 'away';
  }

  /** A line that is selected is looked at: it must not move away. */
  set(on: boolean, isBySelection = false): void {
    if (on === this.#list.follows) return;
    this.#list.follows = on;
    this.#isBySelection = isBySelection;
    this.#seen = this.#shown.end;
    const kept = this.#page.state.current.console;
    if (kept.follow !== on) this.#page.state.set({ console: { ...kept, follow: on } });
    this.#changed();
  }

  /** What was selected was let go: if it was only for that, the list goes on. */
  release(): void {
    if (this.#isBySelection) this.set(true);
  }

  /** Other lines are shown, of which none counts as new. */
  restart(): void {
    this.#seen = this.#shown.end;
  }

  show(): void {
    const { l10n, language } = this.#page;
    const { isPaused } = this.#page.drawing;
    const shown = this.#shown;
    this.choice.checked = this.#list.follows;
    if (this.#list.follows && !isPaused) this.#seen = shown.end;
    const fresh = isPaused ? shown.waiting : Math.max(0, shown.end - Math.max(this.#seen, shown.first));
    this.jump.element.hidden = fresh === 0 && !isPaused;
    if (this.jump.element.hidden) return;
    const count = fresh.toLocaleString(language);
    this.jump.relabel(isPaused ? l10n.t('Resume · {0} new while paused', count) : l10n.t('{0} new', count));
  }

  #goToEnd(): void {
    this.#page.drawing.pause(false);
    this.set(true);
    this.#list.element.focus();
  }
}
