import { button, checkbox } from '../controls.ts';
import { element } from '../dom.ts';
import type { Page } from '../page.ts';
import { Detail } from './detail.ts';
import { EmptyState } from './emptyState.ts';
import { FilterBar } from './filterBar.ts';
import { Filtering, openFilter } from './filtering.ts';
import { Intake } from './intake.ts';
import { LineList } from './lineList.ts';
import { LineStore } from './lineStore.ts';
import { Listening } from './listening.ts';
import { measured } from './measured.ts';
import { Monitoring } from './monitoring.ts';
import { OlderRow } from './olderRow.ts';
import { PublishBox } from './publishBox.ts';
import { mostSelected } from './selection.ts';
import { Shown } from './shown.ts';
import { StatusLine } from './statusLine.ts';

/** Puts the parts of the console together and keeps them in step. */
export class ConsoleView {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #store = new LineStore();
  readonly #shown: Shown;
  readonly #intake: Intake;
  readonly #filtering: Filtering;
  readonly #list: LineList;
  readonly #bar: FilterBar;
  readonly #detail: Detail;
  readonly #empty: EmptyState;
  readonly #status: StatusLine;
  readonly #publish: PublishBox;
  readonly #follow;
  readonly #pause;
  readonly #jump;
  readonly #older;
  /** Where the lines end that were there when following ended. */
  #seen = 0;

  constructor(page: Page) {
    this.#page = page;
    const { l10n } = page;
    this.#shown = new Shown(this.#store, () => this.#request());
    const deeds = {
      open: () => this.#open(1),
      compare: () => this.#open(2),
      copy: () => this.#copy(),
      focusFilter: () => this.#bar.focus(),
      setFollow: (on: boolean) => this.#setFollow(on),
      changed: () => this.#showDetail(),
    };
    this.#list = new LineList(page, this.#store, this.#shown, deeds);
    this.#list.follows = page.state.current.console.follow;
    this.#filtering = new Filtering(page, this.#store, this.#shown, (change) => this.#list.refill(change));
    this.#bar = new FilterBar(page, this.#store);
    this.#detail = new Detail(page, deeds);
    this.#status = new StatusLine(page);
    this.#publish = new PublishBox(page, this.#store);
    this.#intake = new Intake(page, this.#store, () => this.#changed());
    this.#empty = new EmptyState(page, {
      clearFilters: () => this.#clearFilters(),
      test: () => this.#publish.offerTest(),
      older: () => this.#intake.askOlder(true),
    });
    this.#follow = checkbox({
      label: l10n.t('Follow'),
      title: l10n.t('Stay at the newest line (F in the list)'),
      checked: this.#list.follows,
      onChange: (on) => this.#setFollow(on),
    });
    this.#pause = button({
      label: l10n.t('Pause'),
      title: l10n.t('Keep the picture as it is; what comes is kept'),
      onClick: () => page.drawing.pause(!page.drawing.isPaused),
    });
    this.#jump = button({ label: l10n.t('{0} new', 0), isPrimary: true, onClick: () => this.#goToEnd() });
    this.#jump.element.classList.add('console-jump');
    this.#older = new OlderRow(page, this.#intake);
    this.element = this.#build();
    this.#listen();
    this.#filtering.update(() => this.#filtered());
    this.#update();
  }

  #build(): HTMLElement {
    const { l10n } = this.#page;
    const listening = new Listening(this.#page);
    const monitoring = new Monitoring(this.#page);
    const copy = button({
      label: l10n.t('Copy'),
      title: l10n.t('Copy the selected lines, or else the lines shown'),
      onClick: () => this.#copy(),
    });
    const clear = button({ label: l10n.t('Clear'), title: l10n.t('Forget all lines'), onClick: () => this.#clear() });
    const deeds = [
      this.#follow,
      this.#pause,
      copy,
      clear,
      { element: element('span', { class: 'console-gap' }) },
      listening.toggle,
      monitoring.start,
    ].map((one) => one.element);
    return element(
      'div',
      { class: 'console' },
      this.#bar.element,
      element('div', { class: 'console-bar' }, ...deeds),
      listening.element,
      monitoring.element,
      element(
        'div',
        { class: 'console-body' },
        this.#list.element,
        this.#empty.element,
        this.#older.element,
        this.#jump.element,
      ),
      this.#status.element,
      this.#detail.element,
      this.#publish.element,
    );
  }

  #listen(): void {
    const { cursor, drawing, figures, host, l10n, language, state } = this.#page;
    host.onMessage((message) => {
      if (message.kind !== 'copied') return;
      const count = message.lines.toLocaleString(language);
      const said = message.lines === 1 ? l10n.t('1 line copied') : l10n.t('{0} lines copied', count);
      this.#status.say(said);
      this.#page.announce(said);
    });
    state.onDidChange(({ console: wanted }) => {
      this.#filtering.update(() => this.#filtered());
      if (wanted.follow !== this.#list.follows) this.#setFollow(wanted.follow);
      this.#request();
    });
    drawing.onDidPause(() => {
      this.#shown.hold(drawing.isPaused);
      this.#request();
    });
    figures.onDidChange(() => this.#request());
    this.#list.element.addEventListener('scroll', () => this.#request(), { passive: true });
    cursor.onDidChange(() => {
      const { at, isPinned } = cursor;
      if (!isPinned || at === null || this.#shown.size === 0) return;
      this.#setFollow(false);
      this.#list.goToTime(at);
    });
  }

  /** Lines came or went. While paused what is shown has its end where it was. */
  #changed(): void {
    this.#shown.update();
    this.#request();
  }

  #filtered(): void {
    this.#bar.complain(this.#filtering.problem);
    this.#seen = this.#shown.end;
    this.#update();
  }

  #request(): void {
    this.#page.drawing.request(this.#draw);
  }

  readonly #draw = (): void => measured('draw', () => this.#update());

  #update(): void {
    const { l10n, language } = this.#page;
    const { isPaused } = this.#page.drawing;
    const shown = this.#shown;
    const isEmpty = shown.size === 0;
    const number = (value: number): string => value.toLocaleString(language);
    this.#list.element.hidden = isEmpty;
    this.#empty.show(
      isEmpty
        ? {
            kept: this.#store.size,
            isSearching: shown.isSearching,
            isPaused: isPaused && !this.#filtering.isOn && shown.waiting > 0,
            hasHistory: this.#intake.more === 'history',
            problem: this.#intake.problem,
          }
        : null,
    );
    if (!isEmpty) this.#list.draw();
    this.#bar.update();
    this.#follow.checked = this.#list.follows;
    this.#pause.relabel(
      isPaused ? l10n.t('Resume') : l10n.t('Pause'),
      l10n.t('Keep the picture as it is; what comes is kept'),
    );
    if (this.#list.follows && !isPaused) this.#seen = shown.end;
    const fresh = isPaused ? shown.waiting : shown.end - Math.max(this.#seen, shown.first);
    this.#jump.element.hidden = fresh <= 0;
    if (fresh > 0) {
      this.#jump.relabel(isPaused ? l10n.t('{0} new while paused', number(fresh)) : l10n.t('{0} new', number(fresh)));
    }
    this.#status.show({
      shown: shown.size,
      kept: this.#store.size,
      dropped: this.#intake.dropped,
      droppedBehind: this.#intake.droppedBehind,
      droppedHere: this.#store.dropped,
      isFollowing: this.#list.follows,
      isPaused,
      isSearching: shown.isSearching,
      stoppedAt: shown.stoppedAt,
    });
    this.#older.show(!isEmpty && !this.#list.follows && this.#list.isAtTop);
  }

  #setFollow(on: boolean): void {
    if (on === this.#list.follows) return;
    this.#list.follows = on;
    this.#seen = this.#shown.end;
    const kept = this.#page.state.current.console;
    if (kept.follow !== on) this.#page.state.set({ console: { ...kept, follow: on } });
    this.#request();
  }

  #goToEnd(): void {
    this.#page.drawing.pause(false);
    this.#setFollow(true);
    this.#list.element.focus();
  }

  #clearFilters(): void {
    const { state } = this.#page;
    state.set({ console: { ...state.current.console, ...openFilter }, view: { ...state.current.view, agent: null } });
    this.#bar.focus();
  }

  #clear(): void {
    this.#list.clearSelection();
    this.#intake.clear();
    this.#page.announce(this.#page.l10n.t('All lines are forgotten'));
  }

  #showDetail(): void {
    const { selection } = this.#list;
    const [only] = selection.size === 1 ? selection.positions : [];
    this.#detail.show(only === undefined ? null : this.#store.lineAt(only), selection.size);
    this.#request();
  }

  #open(count: 1 | 2): void {
    const { selection } = this.#list;
    const positions = count === 1 && selection.active !== null ? [selection.active] : selection.positions;
    if (positions.length !== count) {
      const { l10n } = this.#page;
      if (count === 2) this.#page.announce(l10n.t('Select two lines to compare them'));
      return;
    }
    this.#page.host.post({ kind: 'open', ids: positions.map((position) => this.#store.idAt(position)) });
  }

  #copy(): void {
    const { selection } = this.#list;
    let { positions } = selection;
    if (positions.length === 0) {
      const from = Math.max(this.#shown.first, this.#shown.end - mostSelected);
      positions = Array.from({ length: this.#shown.end - from }, (_, index) => this.#shown.at(from + index));
    }
    if (positions.length === 0) return;
    this.#page.host.post({ kind: 'copy', ids: positions.map((position) => this.#store.idAt(position)) });
  }
}
