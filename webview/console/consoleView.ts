import { button } from '../controls.ts';
import { element } from '../dom.ts';
import type { Page, Span } from '../page.ts';
import { FilterChips } from './chips.ts';
import { Detail } from './detail.ts';
import { EmptyState } from './emptyState.ts';
import { FilterBar } from './filterBar.ts';
import { Filtering, openFilter } from './filtering.ts';
import { Following } from './following.ts';
import { Intake } from './intake.ts';
import { LineDeeds } from './lineDeeds.ts';
import { LineList } from './lineList.ts';
import { LineStore } from './lineStore.ts';
import { Listening } from './listening.ts';
import { measured } from './measured.ts';
import { Monitoring } from './monitoring.ts';
import { OlderRow } from './olderRow.ts';
import { PlaceKeeper } from './placeKeeper.ts';
import { PublishBox } from './publishBox.ts';
import { Shown } from './shown.ts';
import { StatusLine } from './statusLine.ts';

/** Puts the parts of the console together and keeps them in step. */
export class ConsoleView {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #store = new LineStore();
  readonly #shown = new Shown(this.#store, () => this.#request());
  readonly #deeds: LineDeeds;
  readonly #intake: Intake;
  readonly #filtering: Filtering;
  readonly #list: LineList;
  readonly #following: Following;
  readonly #bar: FilterBar;
  readonly #detail: Detail;
  readonly #empty: EmptyState;
  readonly #status: StatusLine;
  readonly #publish: PublishBox;
  readonly #older: OlderRow;
  readonly #chips: FilterChips;
  readonly #place: PlaceKeeper;
  #span: Span | null;
  /** Whether the first line of what is asked for is still to be shown. */
  #isSeeking = false;

  constructor(page: Page) {
    this.#page = page;
    this.#deeds = new LineDeeds(page, this.#store, this.#shown, () => this.#list.selection);
    this.#list = new LineList(page, this.#store, this.#shown, {
      open: this.#deeds.open,
      compare: this.#deeds.compare,
      copy: this.#deeds.copy,
      focusFilter: () => this.#bar.focus(),
      setFollow: (on, isBySelection) => this.#following.set(on, isBySelection),
      release: () => this.#following.release(),
      changed: () => this.#selected(),
    });
    this.#following = new Following(page, this.#list, this.#shown, () => this.#request());
    this.#filtering = new Filtering(page, this.#store, this.#shown, (change) => this.#list.refill(change));
    this.#span = page.state.current.console.span;
    this.#bar = new FilterBar(page, this.#store, () => this.#clearFilters());
    this.#chips = new FilterChips(page, () => this.#bar.focus());
    this.#detail = new Detail(page, this.#deeds);
    this.#status = new StatusLine(page);
    this.#publish = new PublishBox(page, this.#store);
    this.#intake = new Intake(page, this.#store, () => this.#changed());
    this.#empty = new EmptyState(page, {
      clearFilters: () => this.#clearFilters(),
      test: () => this.#publish.offerTest(),
      older: () => this.#intake.askOlder(true),
    });
    this.#older = new OlderRow(page, this.#intake);
    this.#place = new PlaceKeeper(page, this.#store, this.#shown, this.#intake, this.#list);
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
      onClick: this.#deeds.copy,
    });
    // Far from the filters, since there is no way back.
    const forget = button({
      label: l10n.t('Forget lines'),
      title: l10n.t('Forget all lines, also those that no filter shows'),
      onClick: () => this.#clear(),
    });
    forget.element.classList.add('console-forget');
    const deeds = [this.#following.choice, copy, this.#chips, listening.toggle, monitoring.start, forget];
    const overList = [this.#list, this.#empty, this.#following.jump];
    return element(
      'div',
      { class: 'console' },
      this.#bar.element,
      element('div', { class: 'console-bar' }, ...deeds.map((one) => one.element)),
      listening.element,
      monitoring.element,
      element(
        'div',
        { class: 'console-body' },
        element('div', { class: 'console-lines' }, ...overList.map((one) => one.element)),
        this.#detail.element,
      ),
      element('div', { class: 'console-foot' }, this.#status.element, this.#older.element),
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
    state.onDidChange(() => {
      this.#filtering.update(() => this.#filtered());
      const { follow, span } = state.current.console;
      this.#following.set(follow);
      // A click on a chart, also one on the same place again: each makes a stretch of its own.
      if (span !== this.#span) {
        this.#span = span;
        this.#isSeeking = span !== null;
        if (this.#isSeeking) this.#update();
      }
      this.#request();
    });
    // Wherever in the console the keys work, but for what is typed into.
    document.addEventListener('keydown', (event) => {
      const { target } = event;
      if (event.key !== 'Escape' || event.defaultPrevented || this.#list.selection.size === 0) return;
      if (!(target instanceof Element) || target.closest('#console') === null) return;
      if (target.matches('input, textarea, select, vscode-text-field')) return;
      event.preventDefault();
      this.#list.clearSelection();
      this.#following.release();
    });
    drawing.onDidPause(() => {
      this.#shown.hold(drawing.isPaused);
      this.#request();
    });
    let standing = '';
    figures.onDidChange(() => {
      // Of all the figures only these are said here.
      const { state: now, reason, namespaces } = figures.now.connection;
      const said = JSON.stringify([now, reason, namespaces.length]);
      if (said !== standing) this.#request();
      standing = said;
    });
    this.#list.element.addEventListener('scroll', () => this.#request(), { passive: true });
    cursor.onDidChange(() => {
      const { at, isPinned } = cursor;
      if (!isPinned || at === null || this.#shown.size === 0) return;
      // Who asked for a stretch of time gets its first line.
      const { span } = state.current.console;
      if (span !== null && at >= span.from && at < span.to) return;
      this.#following.set(false, true);
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
    this.#following.restart();
    this.#status.say('');
    this.#update();
  }

  #request(): void {
    this.#page.drawing.request(this.#draw);
  }

  readonly #draw = (): void => measured('draw', () => this.#update());

  #update(): void {
    const { isPaused } = this.#page.drawing;
    const shown = this.#shown;
    const isEmpty = shown.size === 0;
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
    if (this.#isSeeking && !isEmpty) {
      this.#isSeeking = false;
      this.#place.leave();
      this.#following.set(false, true);
      this.#list.goToTime(-Infinity);
    }
    this.#place.restore();
    this.#list.draw();
    this.#bar.update(this.#filtering.isOn);
    this.#chips.update();
    this.#following.show();
    this.#status.show({
      shown: shown.size,
      kept: this.#store.size,
      dropped: this.#intake.dropped,
      droppedBehind: this.#intake.droppedBehind,
      droppedHere: this.#store.dropped,
      stand: this.#following.stand,
      isSearching: shown.isSearching,
      stoppedAt: shown.stoppedAt,
    });
    this.#older.show(!isEmpty && !this.#list.follows && this.#list.isAtTop);
  }

  #clearFilters(): void {
    const { state } = this.#page;
    this.#isSeeking = false;
    state.set({ console: { ...state.current.console, ...openFilter }, view: { ...state.current.view, agent: null } });
    this.#bar.focus();
  }

  #clear(): void {
    this.#list.clearSelection();
    this.#status.say('');
    this.#intake.clear();
    this.#page.announce(this.#page.l10n.t('All lines are forgotten'));
  }

  #selected(): void {
    const { selection } = this.#list;
    const [only] = selection.size === 1 ? selection.positions : [];
    this.#detail.show(only === undefined ? null : this.#store.lineAt(only), selection.size, this.#list.isLow);
    this.#place.keep();
    this.#request();
  }
}
