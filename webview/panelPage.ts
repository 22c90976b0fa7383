import { systemClock } from '../src/protocol/clock.ts';
import type { ToPage, View } from '../src/protocol/panel/messages.ts';
import { makeConflicts, makeLatency, makeQueues } from './charts/index.ts';
import { openFilter } from './console/filtering.ts';
import { makeConsole } from './console/index.ts';
import { SharedCursor } from './cursor.ts';
import { element, setText } from './dom.ts';
import { PacedDrawing } from './drawing.ts';
import { ToldFigures } from './figures.ts';
import { makeHeader } from './header.ts';
import type { PageHost } from './host.ts';
import { Announcer } from './live.ts';
import type { Page, StateOwner, Words } from './page.ts';
import { ToldSeconds } from './seconds.ts';
import { goTo, section, timelinePlace } from './sections.ts';
import { WindowTheme } from './theme.ts';
import { makeTiles } from './tiles.ts';
import { wordsOf } from './words.ts';

type Hello = Extract<ToPage, { kind: 'hello' }>;

/** All of the page once the extension has answered: what its parts share, and where they stand. */
export class PanelPage implements Page {
  readonly host: PageHost;
  readonly state: StateOwner;
  readonly seconds: ToldSeconds;
  readonly figures: ToldFigures;
  readonly cursor = new SharedCursor();
  readonly drawing: PacedDrawing;
  readonly theme = new WindowTheme();
  readonly l10n: Words;
  readonly language: string;
  readonly elements: readonly HTMLElement[];
  readonly #announcer = new Announcer();
  #view: View;
  #heardAt = systemClock.now();

  constructor(host: PageHost, state: StateOwner, hello: Hello) {
    this.host = host;
    this.state = state;
    this.#view = state.current.view;
    this.seconds = new ToldSeconds(this.#view, () => systemClock.now());
    this.figures = new ToldFigures(hello.now);
    this.l10n = wordsOf(hello.words);
    this.language = hello.language;
    this.drawing = new PacedDrawing(
      {
        next: (call) => void requestAnimationFrame(call),
        get isHidden() {
          return document.hidden;
        },
      },
      systemClock,
    );
    document.addEventListener('visibilitychange', () => this.drawing.wake());
    this.drawing.onDidPause(() => {
      this.seconds.hold(this.drawing.isPaused);
      this.figures.hold(this.drawing.isPaused);
    });
    state.onDidChange(({ view }) => this.#look(view));
    document.documentElement.lang = this.language;
    this.elements = this.#build();
  }

  /** When the extension last said something that could be understood. */
  get heardAt(): number {
    return this.#heardAt;
  }

  take(message: ToPage): void {
    this.#heardAt = systemClock.now();
    this.seconds.apply(message);
    if (message.kind === 'now' || message.kind === 'hello') this.figures.tell(message.now);
  }

  filterConsole(filter: Parameters<Page['filterConsole']>[0]): void {
    // What else was in the filter would hide some of what was clicked for.
    this.state.set({ console: { ...this.state.current.console, ...openFilter, ...filter } });
    goTo('console');
    // The keys work at once, Escape among them; where there is no line to work at, the section has the focus.
    document.querySelector<HTMLElement>('.console-list')?.focus({ preventScroll: true });
  }

  announce(text: string): void {
    this.#announcer.announce(text);
  }

  #look(view: View): void {
    if (view.agent === this.#view.agent && view.range === this.#view.range) return;
    this.#view = view;
    this.seconds.expect(view);
    this.host.post({ kind: 'view', view });
  }

  #build(): readonly HTMLElement[] {
    const { l10n } = this;
    const main = element(
      'main',
      {},
      makeTiles(this),
      element(
        'div',
        { class: 'columns' },
        section('latency', l10n.t('Latency'), makeLatency(this)),
        element(
          'div',
          { class: 'column' },
          section('conflicts', l10n.t('Conflicts'), makeConflicts(this)),
          section('queues', l10n.t('Queues'), makeQueues(this)),
        ),
      ),
      timelinePlace(l10n),
      section('console', l10n.t('Console'), makeConsole(this)),
    );
    const footer = element('footer', { class: 'footer', hidden: true });
    this.host.onDidRefuse((count) => {
      footer.hidden = false;
      setText(footer, l10n.t('Messages of the extension that were not understood and left out: {0}', count));
    });
    const skip = element('button', { class: 'skip', type: 'button' }, l10n.t('Skip to the console'));
    skip.addEventListener('click', () => goTo('console'));
    return [skip, makeHeader(this), main, footer, ...this.#announcer.elements];
  }
}
