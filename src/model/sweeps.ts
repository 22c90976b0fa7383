import type { FeedMessage } from '../protocol/messages.ts';
import type { Delta } from './blank.ts';
import type { Books } from './books.ts';
import type { Chronicle } from './chronicle.ts';
import type { ClaimEvent } from './lockSweeps.ts';

type Swept = Extract<FeedMessage, { kind: 'locks' | 'queues' | 'keys' }>;

/** What a pass over the key space means for the books, and what is told of it. */
export class Sweeps {
  readonly #books: Books;
  readonly #chronicle: Chronicle;
  readonly #isTold: (ns: string) => boolean;

  /** `isTold` says of which namespaces the library tells the leases, so that a sweep is not to. */
  constructor(books: Books, chronicle: Chronicle, isTold: (ns: string) => boolean) {
    this.#books = books;
    this.#chronicle = chronicle;
    this.#isTold = isTold;
  }

  apply(swept: Swept, now: number, delta: Delta): void {
    const { ns, complete } = swept;
    if (swept.kind === 'keys') {
      if (this.#books.keys.apply(ns, swept.keys, complete, now)) delta.run = delta.attention = true;
    } else if (swept.kind === 'queues') {
      const touched = this.#books.queues.applySweep(ns, swept.queues, complete, now, delta.queues);
      for (const queue of touched) this.#chronicle.queue(queue);
    } else if (this.#books.sweeps.isFirst(ns)) {
      // What the first sweep meets was there before.
      this.#books.reading(ns, () => this.#locks(swept, now, delta));
    } else {
      this.#locks(swept, now, delta);
    }
  }

  touch({ ns, locks, queues, keys, gone }: Extract<FeedMessage, { kind: 'touched' }>, now: number, delta: Delta): void {
    if (this.#books.keys.touch(ns, keys, gone.keys, now)) delta.run = delta.attention = true;
    const touched = this.#books.queues.touch(ns, queues, gone.queues, now, delta.queues);
    for (const queue of touched) this.#chronicle.queue(queue);
    this.#happened(this.#books.sweeps.touch(ns, locks, gone.locks, this.#isTold(ns), now, delta.claims), now, delta);
  }

  #locks({ ns, locks, complete }: Extract<Swept, { kind: 'locks' }>, now: number, delta: Delta): void {
    this.#happened(this.#books.sweeps.apply(ns, locks, complete, this.#isTold(ns), now, delta.claims), now, delta);
  }

  #happened(events: readonly ClaimEvent[], now: number, delta: Delta): void {
    for (const event of events) {
      this.#chronicle.claim(event);
      if (event.kind === 'claim') this.#books.begun(event.claim, now, delta);
    }
    // Only now, since who lost a lock may have another.
    for (const { kind, claim } of events) {
      if (kind === 'release' || kind === 'expire') this.#books.ended(claim, delta);
    }
    if (delta.claims.size > 0) delta.attention = true;
  }
}
