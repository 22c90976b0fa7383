import type { Clock } from '../protocol/clock.ts';
import { Attention } from './attention.ts';
import type { Facts } from './ongoing.ts';
import type { AttentionItem } from './picture.ts';

/** What needs a person, made when somebody asks: in a flood of errors that is seldom, and making it takes looking at every agent. */
export class AttentionList {
  readonly #facts: () => Facts;
  readonly #clock: Clock;
  /** What happened once, and what was dismissed. */
  readonly incidents = new Attention();
  #made: readonly AttentionItem[] | undefined;
  /** What the list was when somebody last asked for it. */
  #told = '';

  constructor(clock: Clock, facts: () => Facts) {
    this.#clock = clock;
    this.#facts = facts;
  }

  get items(): readonly AttentionItem[] {
    if (this.#made) return this.#made;
    this.#made = this.incidents.list(this.#facts(), this.#clock.now());
    this.#told = idsOf(this.#made);
    return this.#made;
  }

  /** What it is made from has changed. */
  drop(): void {
    this.#made = undefined;
  }

  /** The list also changes by time alone, so it is made anew; answers whether it is another one than was last told. */
  tick(now: number): boolean {
    this.incidents.expire(now);
    this.drop();
    return this.#told !== idsOf(this.items);
  }
}

const idsOf = (items: readonly AttentionItem[]): string => items.map((item) => item.id).join('\n');
