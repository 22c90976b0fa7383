import { conflictKinds, type HotFile } from '../../src/protocol/panel/picture.ts';
import { displayText } from '../../src/protocol/displayText.ts';
import { named } from '../../src/protocol/names.ts';
import { element, setAttribute, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import { kindName } from './conflictText.ts';
import type { Formats } from './formats.ts';

const most = 10;

/** What agents clashed over most often; a click shows it in the console, another opens the file. */
export class HotFiles {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #list = element('ol');
  readonly #none: HTMLElement;
  readonly #rows: Row[] = [];

  constructor(page: Page, formats: Formats) {
    this.#page = page;
    this.#formats = formats;
    const { l10n } = page;
    this.#none = element(
      'p',
      { class: 'chart-note' },
      l10n.t('None yet: files and other resources that agents clash over are listed here.'),
    );
    this.element = element(
      'div',
      { class: 'chart-hot' },
      element('h3', {}, l10n.t('Hot files')),
      this.#none,
      this.#list,
    );
  }

  draw(): void {
    const hot = this.#page.seconds.hot.slice(0, most);
    this.#none.hidden = hot.length > 0;
    this.#list.hidden = hot.length === 0;
    while (this.#rows.length > hot.length) this.#rows.pop()!.element.remove();
    for (const [i, file] of hot.entries()) {
      let row = this.#rows[i];
      if (row === undefined) {
        row = new Row(this.#page, this.#formats);
        this.#rows.push(row);
        this.#list.append(row.element);
      }
      row.show(file);
    }
  }
}

class Row {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #name = element('button', { type: 'button', class: 'chart-file' });
  readonly #base = element('span', { class: 'chart-base' });
  readonly #folder = element('span', { class: 'chart-folder' });
  readonly #who = element('span', { class: 'chart-who' });
  readonly #count = element('b');
  readonly #open: HTMLButtonElement;
  #file: HotFile | null = null;
  #told = '';

  constructor(page: Page, formats: Formats) {
    this.#page = page;
    this.#formats = formats;
    this.#open = element('button', { type: 'button', class: 'chart-open' }, page.l10n.t('Open'));
    this.#name.append(this.#base, ' ', this.#folder);
    this.#name.addEventListener('click', () => {
      if (this.#file !== null) page.filterConsole({ resource: this.#file.resource });
    });
    this.#open.addEventListener('click', () => {
      if (this.#file !== null) page.host.post({ kind: 'file', ns: this.#file.ns, resource: this.#file.resource });
    });
    this.element = element('li', {}, this.#count, this.#name, this.#who, this.#open);
  }

  show(file: HotFile): void {
    const { l10n, figures } = this.#page;
    const hasOthers = figures.now.connection.namespaces.length > 1;
    // They are told each second, and seldom are others.
    const told = JSON.stringify([file, hasOthers]);
    if (told === this.#told) return;
    this.#told = told;
    this.#file = file;
    const { ns, byKind } = file;
    const resource = displayText(file.resource, 300);
    const agents = file.agents.map((agent) => displayText(agent, 80));
    // The name first: of a long path the folders are what may be cut off.
    const slash = resource.replace(/\/$/, '').lastIndexOf('/');
    const folder = slash < 0 ? '' : resource.slice(0, slash);
    setText(this.#base, resource.slice(slash + 1));
    setText(this.#folder, [folder, hasOthers ? displayText(ns, 40) : ''].filter((part) => part !== '').join(' · '));
    setText(this.#who, agents.join(', '));
    setText(this.#count, this.#formats.count(file.count));
    const kinds = conflictKinds.flatMap((kind, i) =>
      (byKind[i] ?? 0) === 0 ? [] : [`${kindName(kind, l10n)} ${this.#formats.count(byKind[i]!)}`],
    );
    setAttribute(this.#count, 'title', kinds.join(', '));
    setAttribute(this.#who, 'title', agents.join(', '));
    setAttribute(this.#name, 'title', l10n.t('{0}: show in the console', resource));
    // A named thing, as a port, is no file.
    this.#open.style.visibility = named.test(file.resource) ? 'hidden' : '';
    setAttribute(this.#open, 'aria-label', l10n.t('Open {0}', resource));
  }
}
