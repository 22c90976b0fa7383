import { marks as allMarks, type Mark } from '../../src/protocol/panel/line.ts';
import { button, checkbox, type Choice, type Choosing, dropdown, textField } from '../controls.ts';
import { element, setAttribute, setText } from '../dom.ts';
import type { Page, PanelState } from '../page.ts';
import { suggestingField } from './fields.ts';
import { longestText } from './filter.ts';
import type { LineStore } from './lineStore.ts';
import { oneLine } from './lineText.ts';
import { markLabel, problems } from './markWords.ts';
import type { WordTable } from './words.ts';

type ConsoleState = PanelState['console'];
/** Most names that are offered to choose from. */
const mostNames = 200;
const sameMarks = (a: readonly Mark[] | null, b: readonly Mark[] | null): boolean =>
  a === b || (a !== null && b !== null && a.length === b.length && a.every((mark) => b.includes(mark)));

/** The fields that choose what lines are shown. They show what the state says, whoever changed it. */
export class FilterBar {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #store: LineStore;
  readonly #text;
  readonly #regex;
  readonly #channels;
  readonly #marks: Choosing;
  readonly #agent: Choosing;
  readonly #role: Choosing;
  readonly #request: Choosing;
  readonly #clear;
  readonly #collator: Intl.Collator;
  /** What each list of names was made of. */
  readonly #offered = new Map<Choosing, string>();
  readonly #problem = element('p', { class: 'console-problem', role: 'alert', hidden: true });

  constructor(page: Page, store: LineStore, clear: () => void) {
    this.#page = page;
    this.#store = store;
    const { l10n } = page;
    const current = page.state.current.console;
    this.#collator = new Intl.Collator(page.language, { numeric: true });
    this.#text = textField({
      label: l10n.t('Filter by text'),
      placeholder: l10n.t('Filter'),
      title: l10n.t('Part of a line, its channel, agent, reason or resource, in upper or lower case'),
      value: current.text,
      maxLength: longestText,
      onInput: (text) => this.#set({ text }),
    });
    this.#regex = checkbox({
      label: l10n.t('Regex'),
      title: l10n.t('The filter is a regular expression, whatever the case'),
      checked: current.isRegex,
      onChange: (isRegex) => this.#set({ isRegex }),
    });
    this.#channels = suggestingField({
      id: 'console-channels',
      label: l10n.t('Channels to show'),
      placeholder: l10n.t('All channels'),
      title: l10n.t("Part of a channel's name, or a pattern such as *:events"),
      value: current.channels,
      maxLength: 1_024,
      onInput: (channels) => this.#set({ channels }),
      suggest: () => store.channels.texts(mostNames).filter((text) => text !== ''),
    });
    this.#marks = dropdown({
      label: l10n.t('Kind of lines to show'),
      choices: [],
      value: '',
      onChange: (value) => this.#set({ marks: value === '' ? null : (value.split(' ') as Mark[]) }),
    });
    const names = (label: string, change: (value: string | null) => Partial<ConsoleState>): Choosing =>
      dropdown({
        label,
        choices: [],
        value: '',
        onChange: (value) => this.#set(change(value === '' ? null : value.slice(1))),
      });
    this.#agent = names(l10n.t('Agent whose lines to show'), (agent) => ({ agent }));
    this.#role = names(l10n.t('Role whose lines to show'), (role) => ({ role }));
    this.#request = names(l10n.t('Request whose lines to show'), (request) => ({ request }));
    this.#clear = button({ label: l10n.t('Clear filters'), onClick: clear });
    this.element = element(
      'div',
      { class: 'console-bar', role: 'group', 'aria-label': l10n.t('Filter') },
      element('span', { class: 'console-find' }, this.#text.element, this.#regex.element, this.#problem),
      this.#channels.element,
      this.#marks.element,
      this.#agent.element,
      this.#role.element,
      this.#request.element,
      this.#clear.element,
    );
    this.update(false);
  }

  focus(): void {
    this.#text.element.focus();
  }

  /** Shows the state, and offers what has been seen by now. */
  update(isOn: boolean): void {
    const { l10n } = this.#page;
    const { view } = this.#page.state.current;
    const { agent, channels, isRegex, marks, request, role, text } = this.#page.state.current.console;
    // It keeps its place: a button that came and went would move the list under the pointer.
    this.#clear.element.style.visibility = isOn ? '' : 'hidden';
    if (this.#text.value !== text) this.#text.value = text;
    if (this.#regex.checked !== isRegex) this.#regex.checked = isRegex;
    if (this.#channels.input.value !== channels) this.#channels.input.value = channels;
    this.#offerMarks(marks);
    this.#offerNames(this.#agent, l10n.t('All agents'), this.#store.agents, view.agent ?? agent);
    setAttribute(this.#agent.element, 'disabled', view.agent !== null);
    const whose = l10n.t('Agent whose lines to show');
    setAttribute(this.#agent.element, 'title', view.agent === null ? whose : l10n.t('Chosen at the top of the panel'));
    this.#offerNames(this.#role, l10n.t('All roles'), this.#store.roles, role);
    this.#offerNames(this.#request, l10n.t('All requests'), this.#store.requests, request);
  }

  /** Says what is wrong with the expression; null for nothing. */
  complain(problem: string | null): void {
    this.#text.complain(problem);
    this.#problem.hidden = problem === null;
    setText(this.#problem, oneLine(problem ?? '', 400));
  }

  #set(change: Partial<ConsoleState>): void {
    this.#page.state.set({ console: { ...this.#page.state.current.console, ...change } });
  }

  #offerMarks(chosen: readonly Mark[] | null): void {
    const key = chosen?.join(' ') ?? '-';
    if (this.#offered.get(this.#marks) === key) return;
    this.#offered.set(this.#marks, key);
    const { l10n } = this.#page;
    const choices: Choice[] = [
      { value: '', label: l10n.t('All lines') },
      { value: problems.join(' '), label: l10n.t('Problems only') },
      ...allMarks.map((mark) => ({ value: mark, label: markLabel(mark, l10n) })),
    ];
    const known = choices.find(({ value }) => sameMarks(chosen, value === '' ? null : (value.split(' ') as Mark[])));
    if (known === undefined && chosen !== null) {
      const label = chosen.map((mark) => markLabel(mark, l10n)).join(', ') || l10n.t('No lines');
      choices.push({ value: chosen.join(' '), label });
    }
    this.#marks.offer(choices, known?.value ?? chosen?.join(' ') ?? '');
  }

  /** A list with nothing to choose from would only take room. */
  #offerNames(list: Choosing, all: string, table: WordTable, chosen: string | null): void {
    // Asked for with each drawing, and seldom another.
    const key = `${table.version} ${chosen ?? ''}`;
    if (this.#offered.get(list) === key) return;
    this.#offered.set(list, key);
    const seen = table.texts(mostNames);
    const shown = chosen === null || seen.includes(chosen) ? seen : [...seen, chosen];
    list.element.hidden = shown.length === 0;
    const choices = shown
      .map((text) => ({ value: `=${text}`, label: oneLine(text.slice(text.indexOf('\u0000') + 1), 40) }))
      .toSorted((a, b) => this.#collator.compare(a.label, b.label));
    list.offer([{ value: '', label: all }, ...choices], chosen === null ? '' : `=${chosen}`);
  }
}
