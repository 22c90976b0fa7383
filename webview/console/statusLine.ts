import { element, setAttribute, setText } from '../dom.ts';
import type { Page, Words } from '../page.ts';
import type { Stand } from './following.ts';

export interface Standing {
  readonly shown: number;
  readonly kept: number;
  readonly dropped: number;
  readonly droppedBehind: number;
  readonly droppedHere: number;
  readonly stand: Stand;
  readonly isSearching: boolean;
  /** Line at which an expression took too long. */
  readonly stoppedAt: number | null;
}

/** What is always to be seen: how much is shown, kept and gone, and whether the list moves. */
export class StatusLine {
  readonly element = element('p', { class: 'console-status' });
  readonly #page: Page;
  readonly #counts = element('span', { class: 'console-counts' });
  readonly #state = element('span', {});
  readonly #trouble = element('span', { class: 'console-trouble', role: 'status' });
  readonly #said = element('span', {});
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #number: Intl.NumberFormat;

  constructor(page: Page) {
    this.#page = page;
    this.#number = new Intl.NumberFormat(page.language);
    this.element.append(this.#counts, ' · ', this.#state, ' ', this.#trouble, ' ', this.#said);
  }

  /** Says that something is done, for a while; with nothing to say, that it is no longer so. */
  say(text: string): void {
    setText(this.#said, text === '' ? '' : `· ${text}`);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => setText(this.#said, ''), 4_000);
  }

  show(standing: Standing): void {
    const { l10n } = this.#page;
    const n = (value: number): string => this.#number.format(value);
    const { kept, shown, dropped, droppedBehind, droppedHere, stoppedAt } = standing;
    setText(this.#counts, l10n.t('{0} shown · {1} kept · {2} dropped', n(shown), n(kept), n(dropped)));
    setAttribute(
      this.element,
      'title',
      l10n.t(
        'The newest lines are kept, here and by the extension. {0} had to go from the extension and {1} from this page; mostly they are the same ones.',
        n(droppedBehind),
        n(droppedHere),
      ),
    );
    setText(this.#state, standText(standing.stand, l10n));
    const stopped =
      stoppedAt === null ? '' : l10n.t('This expression takes too long; stopped at line {0}.', n(stoppedAt));
    setText(this.#trouble, standing.isSearching ? l10n.t('searching…') : stopped);
  }
}

function standText(stand: Stand, l10n: Words): string {
  switch (stand) {
    case 'following':
      return l10n.t('following');
    case 'selected':
      return l10n.t('not following, since a line is selected (Escape goes on)');
    case 'away':
      return l10n.t('not following');
    case 'paused':
      return l10n.t('paused');
  }
}
