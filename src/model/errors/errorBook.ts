import { errorSaid, idsCalled, type ErrorSaid } from '../../protocol/errorSaid.ts';
import { sampleOf } from '../../protocol/json.ts';
import type { Content, ErrorGroup, Errors, RunError } from '../keys/runItems.ts';
import { byText, keyOf } from '../sorting.ts';
import { ErrorList, type ErrorRecord } from './errorList.ts';

/** How many published errors are kept, and how much of their text. */
const [mostEvents, longestText] = [100, 2_000];

/** A list as the keys show it. */
export interface ListShown {
  readonly ns: string;
  readonly name: string;
  readonly isGeneric: boolean;
  readonly content: Content;
  /** It was there before anybody looked. */
  readonly isMet: boolean;
}

/** What errors are told apart by beside themselves. */
export interface ErrorContext {
  /** Namespaces in which agents or queues are known: only there a list of a name that says little counts. */
  readonly fleets: ReadonlySet<string>;
  /** How many agents are known; where one came or went, errors may be another's. */
  readonly agents: number;
  readonly isAgent: (ns: string, id: string) => boolean;
}

/** All that agents say went wrong, in lists of errors and in events, and which of it a person has acknowledged. */
export class ErrorBook {
  #events: ErrorRecord[] = [];
  #lists = new Map<string, ErrorList>();
  #order = 0;
  #changed = false;
  /** The item, and from what it was made. */
  #made: { readonly of: string; readonly item: Errors | null } | undefined;
  /** Texts need not be read anew each time. */
  #said = new WeakMap<ErrorRecord, ErrorSaid>();

  /** Somebody published an error. */
  event(ns: string, by: string | null, resource: string | null, detail: string, now: number): void {
    const text = sampleOf(detail, longestText);
    const record = { ns, by, resource, text, at: now, isMet: false, list: null, isSeen: false };
    this.#events.push({ ...record, order: this.#next() });
    if (this.#events.length > mostEvents) this.#events.shift();
    this.#touch();
  }

  /** Compares lists with what was known of them; those that are not among them are gone. */
  see(lists: Iterable<ListShown>, now: number): void {
    const before = this.#lists;
    this.#lists = new Map();
    for (const { ns, name, isGeneric, content, isMet } of lists) {
      const key = keyOf(ns, name);
      const list = before.get(key) ?? new ErrorList(ns, name);
      list.isGeneric = isGeneric;
      this.#lists.set(key, list);
      if (list.take(content, isMet && !before.has(key), now, () => this.#next())) this.#touch();
      before.delete(key);
    }
    if (before.size > 0) this.#touch();
  }

  /**
   * A person has seen the errors of these keys: one, an agent's, or all. Answers how many were new to them. Nothing in Redis is
   * changed.
   */
  acknowledge(keys: readonly string[], context: ErrorContext): number {
    const item = this.item(context);
    if (item === null) return 0;
    const wanted = new Set(keys);
    const isAll = wanted.has(item.key);
    let count = 0;
    const seen = new Set<string>();
    for (const group of item.groups) {
      for (const error of group.errors) {
        if (!error.isSeen && (isAll || wanted.has(group.key) || wanted.has(error.key))) seen.add(error.key);
      }
    }
    for (const record of this.#records()) {
      if (!seen.has(errorKey(record))) continue;
      record.isSeen = true;
      count++;
    }
    for (const list of this.#lists.values()) {
      if (!isAll && !wanted.has(listKey(list))) continue;
      count += list.freshBeyond;
      list.acknowledge();
    }
    if (count > 0) this.#touch();
    return count;
  }

  /** Whether anything has changed since this was last asked. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** All in one place, by agent and the newest first; null where nothing went wrong. */
  item(context: ErrorContext): Errors | null {
    const of = JSON.stringify([context.agents, ...[...context.fleets].sort()]);
    if (this.#made?.of !== of) this.#made = { of, item: this.#make(context) };
    return this.#made.item;
  }

  #make({ fleets, isAgent }: ErrorContext): Errors | null {
    const groups = new Map<string, { ns: string; agent: string | null; isKnown: boolean; errors: RunError[] }>();
    for (const record of this.#records()) {
      const { ns, list } = record;
      if (list !== null && this.#lists.get(keyOf(ns, list))?.isGeneric && !fleets.has(ns)) continue;
      const { agent, isKnown, said } = this.#whoOf(record, isAgent);
      const key = `errors:${keyOf(ns, agent ?? '')}`;
      const group = groups.get(key) ?? { ns, agent, isKnown, errors: [] };
      groups.set(key, group);
      const { order, text, at, isMet, isSeen, resource } = record;
      group.errors.push({ key: errorKey(record), order, text, said, resource, at, isMet, list, isSeen });
    }
    const lists = [...this.#lists.values()].filter(({ ns, isGeneric }) => !isGeneric || fleets.has(ns));
    const beyond = lists.flatMap((list) =>
      list.beyond === 0
        ? []
        : [{ key: listKey(list), ns: list.ns, list: list.name, count: list.beyond, fresh: list.freshBeyond }],
    );
    if (groups.size === 0 && beyond.length === 0) return null;
    const sorted: ErrorGroup[] = [...groups].map(([key, { errors, ...group }]) => ({
      ...{ key, ...group, fresh: errors.filter(({ isSeen }) => !isSeen).length },
      errors: errors.sort((a, b) => b.order - a.order),
    }));
    const newest = ({ errors }: ErrorGroup): number => errors[0]!.order;
    sorted.sort((a, b) => newest(b) - newest(a) || byText(a.key, b.key));
    const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0);
    return {
      kind: 'errors',
      key: 'errors',
      ns: '',
      name: 'errors',
      groups: sorted,
      beyond,
      count: sum([...sorted.map(({ errors }) => errors.length), ...beyond.map(({ count }) => count)]),
      fresh: sum([...sorted, ...beyond].map(({ fresh }) => fresh)),
    };
  }

  clear(): void {
    this.#events = [];
    this.#lists.clear();
    this.#made = undefined;
  }

  /** Who it was: whoever published it, else whom the text names. */
  #whoOf(
    record: ErrorRecord,
    isAgent: ErrorContext['isAgent'],
  ): { agent: string | null; isKnown: boolean; said: string } {
    const { ns, by, text } = record;
    if (by !== null) return { agent: by, isKnown: true, said: text };
    const known = this.#said.get(record) ?? errorSaid(text);
    this.#said.set(record, known);
    const { agent: name, isSure, text: said } = known;
    const id = name === null ? undefined : idsCalled(name).find((each) => isAgent(ns, each));
    if (id !== undefined) return { agent: id, isKnown: true, said };
    return isSure ? { agent: name, isKnown: false, said } : { agent: null, isKnown: false, said: text };
  }

  *#records(): Generator<ErrorRecord> {
    yield* this.#events;
    for (const { entries } of this.#lists.values()) yield* entries;
  }

  #touch(): void {
    this.#changed = true;
    this.#made = undefined;
  }

  #next(): number {
    return ++this.#order;
  }
}

const errorKey = ({ order }: ErrorRecord): string => `error:${order}`;
/** What is not read of a list, for whoever acknowledges what its row in Needs Attention counts. */
const listKey = ({ ns, name }: ErrorList): string => `list:${keyOf(ns, name)}`;
