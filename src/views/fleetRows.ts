import type { Picture } from '../model/picture.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { Translator } from '../protocol/reasons.ts';
import type { ResourceFinder } from './places.ts';
import type { Row } from './row.ts';

/** What every projection of the fleet is made from. */
export interface Fleet {
  readonly picture: Picture;
  readonly clock: Clock;
  readonly l10n: Translator;
  readonly files: ResourceFinder;
  /** As which agent the person at this window acts. */
  readonly me?: string;
}

/** Something worked out from the picture, again only after the picture changed. */
export class Derived<T> implements Disposable {
  readonly #work: () => T;
  readonly #listening: Disposable;
  #value: { of: T } | null = null;

  constructor(picture: Picture, work: () => T) {
    this.#work = work;
    this.#listening = picture.onDidChange(() => (this.#value = null));
  }

  get(): T {
    this.#value ??= { of: this.#work() };
    return this.#value.of;
  }

  dispose(): void {
    this.#listening.dispose();
  }
}

/** The last row of a list that does not hold everything. */
export function beyondLimitRow(label: string): Row {
  return {
    label,
    description: '',
    spoken: label,
    icon: { codicon: 'ellipsis', color: null },
    contextValue: 'beyondLimit',
    children: 'none',
    resource: null,
    click: null,
  };
}
