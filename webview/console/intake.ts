import type { ToPage } from '../../src/protocol/panel/messages.ts';
import type { Page } from '../page.ts';
import type { LineStore } from './lineStore.ts';
import { measured } from './measured.ts';

/** Takes lines in: those that come by themselves, and older ones that it asks for, one lot at a time. */
export class Intake {
  readonly #page: Page;
  readonly #store: LineStore;
  readonly #changed: () => void;
  #more: 'unknown' | 'memory' | 'history' | 'none' = 'unknown';
  #problem: string | null = null;
  #isAsking = false;
  /** An answer that was asked for before everything was forgotten. */
  #isOutdated = false;
  #keptBehind = 0;
  #droppedBehind = 0;

  /** `changed` is called when lines came or went, or what is said of older ones changed. */
  constructor(page: Page, store: LineStore, changed: () => void) {
    this.#page = page;
    this.#store = store;
    this.#changed = changed;
    page.host.onMessage((message) => this.#take(message));
  }

  /** Where older lines than those at hand may be had. */
  get more(): 'memory' | 'history' | 'none' {
    if (this.#store.isFull) return 'none';
    return this.#more === 'unknown' ? (this.#store.size === 0 ? 'history' : 'memory') : this.#more;
  }
  get isAsking(): boolean {
    return this.#isAsking;
  }
  /** Why the history could not be read. */
  get problem(): string | null {
    return this.#problem;
  }
  get kept(): number {
    return Math.max(this.#keptBehind, this.#store.size);
  }
  /** Lines that had to go: the extension keeps as many as the page and mostly drops the same ones. */
  get dropped(): number {
    return Math.max(this.#droppedBehind, this.#store.dropped);
  }
  get droppedBehind(): number {
    return this.#droppedBehind;
  }

  askOlder(history: boolean): void {
    if (this.#isAsking || this.#store.isFull) return;
    this.#isAsking = true;
    this.#problem = null;
    const before = this.#store.size === 0 ? Number.MAX_SAFE_INTEGER : this.#store.idAt(this.#store.first);
    this.#page.host.post({ kind: 'older', before, history });
    this.#changed();
  }

  clear(): void {
    this.#forget();
    this.#more = 'history';
    this.#page.host.post({ kind: 'clear' });
    this.#changed();
  }

  #take(message: ToPage): void {
    if (message.kind === 'lines') {
      measured('append', () => {
        this.#store.append(message.lines);
        this.#keptBehind = message.kept;
        this.#droppedBehind = message.dropped;
        this.#changed();
      });
      this.#page.host.post({ kind: 'taken' });
      this.#askWhenIdle();
    } else if (message.kind === 'older') this.#takeOlder(message);
    else if (message.kind === 'cleared') {
      this.#forget();
      this.#changed();
    }
  }

  #takeOlder(message: Extract<ToPage, { kind: 'older' }>): void {
    this.#isAsking = false;
    if (this.#isOutdated) {
      this.#isOutdated = false;
      return;
    }
    this.#store.prepend(message.lines);
    // An answer without lines that promises more would be asked for forever.
    this.#more = message.more === 'memory' && message.lines.length === 0 ? 'none' : message.more;
    this.#problem = message.problem;
    this.#changed();
    this.#askWhenIdle();
  }

  /** What the extension has in memory comes by itself, when there is nothing else to do. */
  #askWhenIdle(): void {
    if (this.#isAsking || this.#store.size === 0 || this.more !== 'memory') return;
    requestIdleCallback(
      () => {
        if (this.#store.size > 0 && this.more === 'memory') this.askOlder(false);
      },
      { timeout: 2_000 },
    );
  }

  #forget(): void {
    this.#store.clear();
    this.#isOutdated = this.#isAsking;
    this.#more = 'unknown';
    this.#problem = null;
    this.#keptBehind = 0;
    this.#droppedBehind = 0;
  }
}
