import { button } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { oneLine } from './lineText.ts';

export interface EmptyDeeds {
  readonly clearFilters: () => void;
  readonly test: () => void;
  readonly older: () => void;
}

export interface Emptiness {
  readonly kept: number;
  readonly isSearching: boolean;
  readonly isPaused: boolean;
  readonly hasHistory: boolean;
  /** Why the history could not be read. */
  readonly problem: string | null;
}

const longestReason = 400;

/** Says in the list's place why there is nothing, and what would change that. */
export class EmptyState {
  readonly element = element('div', { class: 'console-empty', hidden: true });
  readonly #page: Page;
  readonly #text = element('p', {});
  readonly #buttons;

  constructor(page: Page, deeds: EmptyDeeds) {
    this.#page = page;
    const { l10n } = page;
    this.#buttons = {
      connect: button({ label: l10n.t('Connect…'), onClick: () => page.host.post({ kind: 'connect' }) }),
      clear: button({ label: l10n.t('Clear filters'), onClick: deeds.clearFilters }),
      test: button({ label: l10n.t('Prepare a test message'), onClick: deeds.test }),
      older: button({ label: l10n.t("Load older from the server's history"), onClick: deeds.older }),
    };
    const buttons = Object.values(this.#buttons).map((one) => one.element);
    this.element.append(this.#text, element('div', { class: 'console-bar' }, ...buttons));
  }

  /** Null where there is something to show. */
  show(empty: Emptiness | null): void {
    this.element.hidden = empty === null;
    if (empty === null) return;
    const { l10n, language } = this.#page;
    const { connection } = this.#page.figures.now;
    const isLive = connection.state === 'live';
    const hasLines = empty.kept > 0;
    this.#buttons.connect.element.hidden = hasLines || connection.state !== 'unconfigured';
    this.#buttons.clear.element.hidden = !hasLines || empty.isSearching || empty.isPaused;
    this.#buttons.test.element.hidden = hasLines || !isLive;
    this.#buttons.older.element.hidden = hasLines || !isLive || !empty.hasHistory;
    if (empty.isSearching) setText(this.#text, l10n.t('Searching…'));
    else if (empty.isPaused) setText(this.#text, l10n.t('The lines that stood here had to make room for newer ones.'));
    else if (hasLines) setText(this.#text, l10n.t('0 of {0} lines match.', empty.kept.toLocaleString(language)));
    else if (isLive) {
      const what = l10n.t('Nothing was heard yet. What agents publish appears here as it happens.');
      setText(this.#text, oneLine(empty.problem ?? what, longestReason));
    } else if (connection.state === 'connecting') setText(this.#text, l10n.t('Connecting…'));
    else {
      const what = l10n.t('Not connected. Lines appear here once there is a connection.');
      setText(this.#text, oneLine(connection.reason ?? what, longestReason));
    }
  }
}
