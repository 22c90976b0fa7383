import type { ErrorGroup, Errors, RunError } from '../../model/keys/runItems.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { agentName } from '../agentText.ts';
import { ageText, roughAgeText } from '../duration.ts';
import { beyondLimitRow, type Fleet } from '../fleetRows.ts';
import { plain } from '../markdown.ts';
import type { Row, RowIcon } from '../row.ts';
import { clockTime } from '../tooltips.ts';

const more = 'run:errors…';
const fresh: RowIcon = { codicon: 'bug', color: 'signalbox.conflictForeground' };
const seen: RowIcon = { codicon: 'check', color: null };

/** The rows of what went wrong: all, below it by agent, below that each. Their ids are `run:` and the key of what they show. */
export class ErrorRows {
  readonly #fleet: Fleet;
  readonly #errors: () => Errors | undefined;

  constructor(fleet: Fleet, errors: () => Errors | undefined) {
    this.#fleet = fleet;
    this.#errors = errors;
  }

  static has(id: string): boolean {
    return id.startsWith('run:error');
  }

  children(parent: string): readonly string[] {
    const item = this.#errors();
    if (item === undefined) return [];
    if (parent === 'run:errors') {
      return [...item.groups.map(({ key }) => `run:${key}`), ...(item.beyond.length > 0 ? [more] : [])];
    }
    return this.#group(parent)?.errors.map(({ key }) => `run:${key}`) ?? [];
  }

  row(id: string): Row | null {
    const { l10n } = this.#fleet;
    const item = this.#errors();
    if (item === undefined) return null;
    if (id === 'run:errors') {
      const icon = item.fresh > 0 ? fresh : seen;
      const all = item.groups.flatMap(({ errors }) => errors);
      const context = `run.errors${eventEnd(all)}`;
      return rowOf(l10n.t('Errors'), countText(item.count, item.fresh, l10n), context, item.fresh, icon, true);
    }
    if (id === more) {
      const count = item.beyond.reduce((sum, each) => sum + each.count, 0);
      return beyondLimitRow(l10n.t('{0} older ones are not read', count));
    }
    const group = this.#group(id);
    if (group !== undefined) {
      const icon = { codicon: group.agent === null ? 'question' : 'hubot', color: null };
      const text = joined(countText(group.errors.length, group.fresh, l10n), this.#namespace(group));
      return rowOf(this.#who(group), text, `run.errorsOf${eventEnd(group.errors)}`, group.fresh, icon, true);
    }
    const found = this.#error(id);
    if (found === undefined) return null;
    const { error } = found;
    const text = joined(this.#age(error, roughAgeText), displayText(error.list ?? l10n.t('event'), 60));
    const context = `run.error${eventEnd([error])}`;
    return rowOf(displayText(error.said, 80), text, context, error.isSeen ? 0 : 1, error.isSeen ? seen : fresh);
  }

  tooltip(id: string): string | null {
    const { l10n } = this.#fleet;
    const found = this.#error(id);
    if (found === undefined) return null;
    const { error, group } = found;
    const from = error.list ?? l10n.t('event');
    const lines = [`**${plain(error.text, 2_000)}**`, plain(`${this.#who(group)} · ${from}`, 400)];
    if (error.resource !== null && error.resource !== '') lines.push(plain(error.resource, 200));
    lines.push(plain(`${this.#age(error, ageText)} · ${clockTime(error.at)}`, 100));
    if (group.ns !== '') lines.push(plain(`${l10n.t('Namespace')}: ${group.ns}`, 160));
    const advice = l10n.t('Acknowledge takes it off Needs Attention; it stays where it is.');
    lines.push(plain(error.isSeen ? l10n.t('acknowledged') : advice, 200));
    return lines.join('  \n');
  }

  #age({ at, isMet }: RunError, words: (ms: number) => string): string {
    const { l10n, clock } = this.#fleet;
    const age = words(clock.now() - at);
    return isMet ? l10n.t('seen {0} ago', age) : age;
  }

  #who({ ns, agent, isKnown }: ErrorGroup): string {
    const { l10n, picture } = this.#fleet;
    if (agent === null) return l10n.t('Nobody named');
    return isKnown ? agentName(picture, ns, agent) : displayText(agent, 60);
  }

  #namespace({ ns }: ErrorGroup): string {
    return this.#fleet.picture.connection.namespaces.length > 1 && ns !== '' ? displayText(ns, 40) : '';
  }

  #group(id: string): ErrorGroup | undefined {
    return this.#errors()?.groups.find(({ key }) => `run:${key}` === id);
  }

  #error(id: string): { error: RunError; group: ErrorGroup } | undefined {
    for (const group of this.#errors()?.groups ?? []) {
      const error = group.errors.find(({ key }) => `run:${key}` === id);
      if (error !== undefined) return { error, group };
    }
    return undefined;
  }
}

/** Tells menus that no key is behind a row: its errors were only published. */
const eventEnd = (errors: readonly RunError[]): string => (errors.every(({ list }) => list === null) ? '.event' : '');

/** A row; menus know by its context whether there is anything to acknowledge, and it is open as long as there is. */
function rowOf(label: string, description: string, context: string, news: number, icon: RowIcon, isGroup = false): Row {
  return {
    label,
    description,
    spoken: `${label}, ${description.replaceAll(' · ', ', ')}`,
    icon,
    contextValue: news > 0 ? context : `${context}.seen`,
    children: !isGroup ? 'none' : news > 0 ? 'expanded' : 'collapsed',
    resource: null,
    click: null,
  };
}

/** How many there are, and how many of them are new to the person. */
export function countText(count: number, news: number, l10n: Translator): string {
  const all = count === 1 ? l10n.t('1 error') : l10n.t('{0} errors', count);
  if (news === count) return all;
  return joined(all, news === 0 ? l10n.t('acknowledged') : l10n.t('{0} new', news));
}

const joined = (...parts: string[]): string => parts.filter(Boolean).join(' · ');
