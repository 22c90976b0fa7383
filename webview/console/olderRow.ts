import { button } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import type { Intake } from './intake.ts';
import { oneLine } from './lineText.ts';

/** Stands under the list while its first line is in sight: loads what came before. */
export class OlderRow {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #intake: Intake;
  readonly #load;
  readonly #problem = element('span', { class: 'console-problem' });

  constructor(page: Page, intake: Intake) {
    this.#page = page;
    this.#intake = intake;
    this.#load = button({
      label: page.l10n.t('Load older lines'),
      onClick: () => intake.askOlder(intake.more === 'history'),
    });
    this.element = element('div', { class: 'console-older', hidden: true }, this.#load.element, this.#problem);
  }

  /** What the extension has in memory is asked for without a click. */
  show(isAtTop: boolean): void {
    const { l10n } = this.#page;
    const { more, problem } = this.#intake;
    this.element.hidden = !isAtTop || (more === 'none' && problem === null);
    if (this.element.hidden) return;
    if (more === 'memory') this.#intake.askOlder(false);
    const { isAsking } = this.#intake;
    const label = more === 'history' ? l10n.t("Load older from the server's history") : l10n.t('Load older lines');
    this.#load.relabel(isAsking ? l10n.t('Loading…') : label);
    this.#load.enable(!isAsking && more !== 'none');
    setText(this.#problem, oneLine(problem ?? '', 400));
  }
}
