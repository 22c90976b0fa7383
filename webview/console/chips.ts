import { element } from '../dom.ts';
import type { Page } from '../page.ts';
import { clockTime, oneLine } from './lineText.ts';

/** A thing of several that can be taken away. */
export function chip(text: string, label: string, onEnd: () => void): HTMLElement {
  const end = element('button', { class: 'console-chip-end', type: 'button', 'aria-label': label, title: label }, '✕');
  end.addEventListener('click', onEnd);
  return element('li', { class: 'console-chip' }, text, end);
}

/** What a chart asked the console to show, which no field can say: a stretch of time, a resource. */
export class FilterChips {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #focus: () => void;
  #shown = '';

  /** @param focus puts the focus elsewhere when the chip that had it is gone */
  constructor(page: Page, focus: () => void) {
    this.#page = page;
    this.#focus = focus;
    this.element = element('ul', { class: 'console-chips console-gap', 'aria-label': page.l10n.t('Filter') });
  }

  update(): void {
    const { l10n, state } = this.#page;
    const { resource, span } = state.current.console;
    const key = JSON.stringify([span, resource]);
    if (key === this.#shown) return;
    this.#shown = key;
    const chips: HTMLElement[] = [];
    if (span !== null) {
      const [from, to] = [span.from, span.to].map((at) => clockTime(at).slice(0, 8));
      chips.push(chip(`${from}–${to}`, l10n.t('Show lines of all times'), () => this.#end({ span: null })));
    }
    if (resource !== null) {
      chips.push(chip(oneLine(resource, 60), l10n.t('Show lines of all files'), () => this.#end({ resource: null })));
    }
    this.element.replaceChildren(...chips);
  }

  #end(change: { span: null } | { resource: null }): void {
    const { state } = this.#page;
    state.set({ console: { ...state.current.console, ...change } });
    this.#focus();
  }
}
