import { conflictKinds, type ConflictKind } from '../../src/protocol/panel/picture.ts';
import { element, setAttribute, setText } from '../dom.ts';
import { hasPicture } from '../known.ts';
import type { Page } from '../page.ts';
import { countText, kindHint, kindName, stackedKinds } from './conflictText.ts';
import type { Formats } from './formats.ts';
import { paintSwatch } from './kindLook.ts';

/** The kinds of conflict with their counts; each filters what is shown in the console. */
export class KindLegend {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #counts = new Map<ConflictKind, HTMLElement>();
  readonly #entries = new Map<ConflictKind, HTMLElement>();

  constructor(page: Page, formats: Formats, choose: (kind: ConflictKind) => void) {
    this.#page = page;
    this.#formats = formats;
    const { l10n, theme } = page;
    const entries = stackedKinds.map((kind) => {
      const swatch = element('canvas', { class: 'chart-swatch', 'aria-hidden': 'true' });
      const paint = (): void => paintSwatch(swatch, kind, theme);
      paint();
      theme.onDidChange(paint);
      const count = element('b');
      this.#counts.set(kind, count);
      const title = `${kindHint(kind, l10n)} ${l10n.t('Click to see them in the console.')}`;
      const name = element('span', {}, kindName(kind, l10n));
      const entry = element('button', { type: 'button', class: 'chart-kind', title }, swatch, name, ' ', count);
      entry.addEventListener('click', () => choose(kind));
      this.#entries.set(kind, entry);
      return element('li', {}, entry);
    });
    this.element = element('ul', { class: 'chart-kinds', 'aria-label': l10n.t('Kinds of conflict') }, ...entries);
  }

  /** @param totals by kind, in the order of the protocol */
  show(totals: readonly number[]): void {
    const { l10n, figures, seconds } = this.#page;
    const isKnown = hasPicture(figures.now, seconds.all);
    for (const [kind, count] of this.#counts) {
      const total = totals[conflictKinds.indexOf(kind)] ?? 0;
      setText(count, isKnown ? countText(kind, total, figures.now, l10n, this.#formats) : '–');
      setAttribute(this.#entries.get(kind)!, 'data-none', total === 0);
    }
  }
}
