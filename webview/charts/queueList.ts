import type { Now } from '../../src/protocol/panel/picture.ts';
import { displayText } from '../../src/protocol/displayText.ts';
import { element, setAttribute, setText } from '../dom.ts';
import type { Page } from '../page.ts';
import type { Formats } from './formats.ts';
import { ChartTable } from './table.ts';

type Queue = Now['queues'][number];

/** Most queues that are listed: those in which most waits. */
const most = 50;

/** How each queue stands now. */
export class QueueList {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #formats: Formats;
  readonly #table: ChartTable;
  readonly #rest = element('p', { class: 'chart-note', hidden: true });

  constructor(page: Page, formats: Formats) {
    this.#page = page;
    this.#formats = formats;
    const { l10n } = page;
    const headings = [
      l10n.t('Queue'),
      l10n.t('Waiting'),
      l10n.t('Active'),
      l10n.t('Failed'),
      l10n.t('Done a second'),
      l10n.t('Oldest'),
    ];
    this.#table = new ChartTable(l10n.t('Queues now'), headings, l10n.t('not known'));
    setAttribute(this.#table.element, 'class', 'chart-table chart-list');
    this.element = element('div', {}, this.#table.element, this.#rest);
  }

  draw(): void {
    const { l10n, figures } = this.#page;
    const { queues, connection } = figures.now;
    this.element.hidden = queues.length === 0;
    const listed = queues.toSorted((a, b) => b.waiting - a.waiting || compare(a.name, b.name)).slice(0, most);
    const hasOthers = connection.namespaces.length > 1;
    this.#table.show(
      l10n.t('Queues now'),
      listed.map((queue) => this.#row(queue, hasOthers)),
    );
    const rest = queues.length - listed.length;
    this.#rest.hidden = rest === 0;
    setText(
      this.#rest,
      rest === 1
        ? l10n.t('And 1 more queue, not longer than these.')
        : l10n.t('And {0} more queues, none longer than these.', this.#formats.count(rest)),
    );
  }

  #row({ ns, name, waiting, active, failed, donePerSecond, oldestMs }: Queue, hasOthers: boolean): (string | null)[] {
    const known = (count: number | null): string | null => (count === null ? null : this.#formats.count(count));
    return [
      displayText(hasOthers && ns !== '' ? `${name} · ${ns}` : name, 120),
      this.#formats.count(waiting),
      known(active),
      known(failed),
      this.#formats.rate(donePerSecond),
      oldestMs === null ? null : this.#formats.age(oldestMs),
    ];
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
