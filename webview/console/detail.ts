import type { Line } from '../../src/protocol/panel/line.ts';
import { globEscape } from '../../src/protocol/names.ts';
import { button } from '../controls.ts';
import { element, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { kindWord } from './kindWords.ts';
import { oneLine } from './lineText.ts';
import { gravity, markLabel } from './markWords.ts';

export interface DetailDeeds {
  readonly open: () => void;
  readonly compare: () => void;
  readonly copy: () => void;
}

/**
 * Beside the list, always in the same place: all that is known of the selected line, and what can be done with it. Where
 * there is no room beside it, over that half of the list in which the line is not.
 */
export class Detail {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #facts = element('dl', { class: 'console-facts' });
  readonly #text = element('p', { class: 'console-whole' });
  readonly #bar = element('div', { class: 'console-bar' });
  readonly #open;
  readonly #compare;
  readonly #agent;
  readonly #channel;
  #line: Line | null = null;

  constructor(page: Page, deeds: DetailDeeds) {
    this.#page = page;
    const { l10n } = page;
    this.#open = button({
      label: l10n.t('Open'),
      title: l10n.t('Open the whole line in an editor (Enter)'),
      onClick: deeds.open,
    });
    this.#compare = button({
      label: l10n.t('Compare'),
      title: l10n.t('Compare two selected lines in an editor (D)'),
      onClick: deeds.compare,
    });
    const copy = button({ label: l10n.t('Copy'), title: l10n.t('Copy what is selected'), onClick: deeds.copy });
    this.#agent = button({ label: l10n.t('Only this agent'), onClick: () => this.#only('agent') });
    this.#channel = button({ label: l10n.t('Only this channel'), onClick: () => this.#only('channels') });
    const deed = [this.#open, this.#compare, copy, this.#agent, this.#channel].map((one) => one.element);
    this.element = element(
      'div',
      { class: 'console-detail', role: 'group', 'aria-label': l10n.t('Selected line') },
      this.#bar,
      element('div', { class: 'console-known', tabindex: 0 }, this.#facts, this.#text),
    );
    this.#bar.append(...deed);
    this.show(null, 0, false);
  }

  /** Shows the one line that is selected, or how many are. */
  show(line: Line | null, selected: number, isLow: boolean): void {
    const { l10n } = this.#page;
    this.element.classList.toggle('is-idle', selected === 0);
    this.element.classList.toggle('is-above', isLow);
    this.#bar.hidden = selected === 0;
    if (selected === 1 && line === null) return;
    this.#line = selected === 1 ? line : null;
    this.#compare.element.hidden = selected !== 2;
    this.#open.element.hidden = selected !== 1;
    this.#agent.element.hidden = (this.#line?.agent ?? null) === null;
    this.#channel.element.hidden = (this.#line?.channel ?? '') === '';
    if (this.#line === null) {
      this.#facts.replaceChildren();
      const count = selected.toLocaleString(this.#page.language);
      setText(
        this.#text,
        selected === 0 ? l10n.t('Select a line to see all that is known of it.') : l10n.t('{0} lines selected', count),
      );
      return;
    }
    this.#facts.replaceChildren(...this.#factsOf(this.#line));
    setText(this.#text, oneLine(this.#line.text, 2_000));
  }

  *#factsOf(line: Line): Generator<HTMLElement> {
    const { l10n, language } = this.#page;
    const time = new Date(line.at).toLocaleString(language, {
      dateStyle: 'medium',
      timeStyle: 'medium',
    });
    if (line.mark !== null) {
      const reason = line.reason === null ? '' : `: ${oneLine(line.reason, 1_024)}`;
      yield fact(l10n.t('Mark'), `${markLabel(line.mark, l10n)}${reason}`, `is-${gravity[line.mark]}`);
    } else if (line.reason !== null) yield fact(l10n.t('Note'), oneLine(line.reason, 1_024));
    const rest: readonly [string, string | number | null][] = [
      [l10n.t('Time'), time],
      [l10n.t('Source'), this.#source(line)],
      [l10n.t('Channel'), line.channel],
      [l10n.t('Agent'), line.agent],
      [l10n.t('Role'), line.role],
      [l10n.t('Request'), line.request],
      [l10n.t('Resource'), line.resource],
      [l10n.t('Number in the history'), line.seq],
      [l10n.t('Kind'), kindWord(line.kind, l10n)],
    ];
    for (const [name, value] of rest) {
      if (value !== null && value !== '') yield fact(name, oneLine(String(value), 1_024));
    }
    if (line.length > line.text.length) {
      const [shown, whole] = [line.text.length, line.length].map((length) => length.toLocaleString(language));
      yield fact(l10n.t('Length'), l10n.t('{0} of {1} characters here; Open shows all', shown ?? '', whole ?? ''));
    }
  }

  #source(line: Line): string {
    const { l10n } = this.#page;
    switch (line.source) {
      case 'live':
        return l10n.t('live');
      case 'history':
        return l10n.t("the server's history");
      case 'heard':
        return l10n.t('a channel listened to here');
      case 'monitor':
        return 'MONITOR';
      case 'observed':
        return l10n.t('noticed by this window');
    }
  }

  #only(what: 'agent' | 'channels'): void {
    const line = this.#line;
    if (line === null) return;
    const kept = this.#page.state.current.console;
    const change =
      what === 'agent' && line.agent !== null
        ? { agent: `${line.ns}\u0000${line.agent}` }
        : { channels: globEscape(line.channel) };
    this.#page.state.set({ console: { ...kept, ...change } });
  }
}

function fact(name: string, value: string, style = ''): HTMLElement {
  return element('div', { class: `console-fact ${style}`.trim() }, element('dt', {}, name), element('dd', {}, value));
}
