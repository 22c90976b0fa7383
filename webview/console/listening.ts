import { mostPatterns } from '../../src/protocol/panel/messages.ts';
import { button } from '../controls.ts';
import { element, setAttribute, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { chip } from './chips.ts';
import { suggestingField } from './fields.ts';
import { oneLine } from './lineText.ts';

/** The channel patterns that are listened to beside the fleet's own channels: more can be added, each can be taken away. */
export class Listening {
  /** What opens and closes it. */
  readonly toggle;
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #field;
  readonly #form: HTMLElement;
  readonly #chips = element('ul', { class: 'console-chips' });
  readonly #problem = element('p', { class: 'console-problem', role: 'alert', hidden: true });
  #patterns: readonly string[];

  constructor(page: Page) {
    this.#page = page;
    this.#patterns = page.state.current.console.patterns;
    const { l10n } = page;
    this.#field = suggestingField({
      id: 'console-listen',
      label: l10n.t('Channel or pattern to listen to'),
      placeholder: l10n.t('Channel or pattern, such as build:*'),
      value: '',
      maxLength: 256,
      onInput: () => {},
      suggest: () => ['*', 'bull:*', '__keyspace@*__:*'],
    });
    const add = button({ label: l10n.t('Listen'), onClick: () => this.#add() });
    this.#form = element('div', { class: 'console-bar', hidden: true }, this.#field.element, add.element);
    this.#field.input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#add();
      else if (event.key === 'Escape') this.#open(false);
    });
    this.toggle = button({
      label: l10n.t('Listen to…'),
      title: l10n.t('Also show what is published on other channels of this server'),
      onClick: () => this.#open(this.#form.hidden !== false),
    });
    this.element = element('div', { class: 'console-listening' }, this.#form, this.#chips, this.#problem);
    page.host.onMessage((message) => {
      if (message.kind !== 'listening') return;
      this.#patterns = message.patterns;
      this.#complain(message.problem);
      this.#keep();
      this.#draw();
    });
    this.#draw();
  }

  #open(on: boolean): void {
    this.#form.hidden = !on;
    if (on) this.#field.input.focus();
    else this.toggle.element.focus();
  }

  #add(): void {
    const pattern = this.#field.input.value.trim();
    const { l10n } = this.#page;
    if (pattern === '') return;
    if (!this.#patterns.includes(pattern)) {
      if (this.#patterns.length >= mostPatterns) {
        this.#complain(l10n.t('No more than {0} patterns at a time.', mostPatterns));
        return;
      }
      this.#listen([...this.#patterns, pattern]);
    }
    this.#field.input.value = '';
  }

  #listen(patterns: readonly string[]): void {
    this.#patterns = patterns;
    this.#complain(null);
    this.#keep();
    this.#page.host.post({ kind: 'listen', patterns: [...patterns] });
    this.#draw();
  }

  #keep(): void {
    const { console: kept } = this.#page.state.current;
    if (JSON.stringify(kept.patterns) === JSON.stringify(this.#patterns)) return;
    this.#page.state.set({ console: { ...kept, patterns: this.#patterns } });
  }

  #complain(problem: string | null): void {
    this.#problem.hidden = problem === null;
    setText(this.#problem, oneLine(problem ?? '', 400));
  }

  #draw(): void {
    const { l10n } = this.#page;
    this.#chips.hidden = this.#patterns.length === 0;
    setAttribute(this.#chips, 'aria-label', l10n.t('Also listened to'));
    this.#chips.replaceChildren(
      ...this.#patterns.map((pattern) => {
        const shown = oneLine(pattern, 60);
        return chip(shown, l10n.t('Stop listening to {0}', shown), () => {
          this.#listen(this.#patterns.filter((other) => other !== pattern));
          this.toggle.element.focus();
        });
      }),
    );
  }
}
