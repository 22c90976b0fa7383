import type { LineStore } from './lineStore.ts';
import type { Word } from './words.ts';

/** How much an expression is tried on at a time, and how long that may take. */
export const regexChunk = { lines: 2_000, text: 400_000, ms: 250 } as const;

/** What is asked of the worker: an expression first, then texts; of each lot the answer is one byte for each text. */
export type Ask = { readonly source: string } | { readonly texts: readonly string[] };

/** The part of a worker that is used. The first answer says that it is there; only then does time count. */
export interface Tester {
  post(ask: Ask): void;
  onAnswer(listener: (found: Uint8Array | null) => void): void;
  /** Ends it at once, whatever it is doing. */
  terminate(): void;
}

export interface Timer {
  set(run: () => void, ms: number): () => void;
}

/** A regular expression that runs elsewhere and cannot hang anything: what takes too long is ended. */
export class RegexRun {
  readonly #tester: Tester;
  readonly #timer: Timer;
  #isReady = false;
  #hasStopped = false;
  #texts: string[] = [];
  #take: ((found: Uint8Array) => void) | null = null;
  #onStop: () => void = () => {};
  #cancel: () => void = () => {};

  constructor(source: string, tester: Tester, timer: Timer) {
    this.#tester = tester;
    this.#timer = timer;
    tester.onAnswer((found) => {
      if (this.#hasStopped) return;
      if (found === null) this.#isReady = true;
      else this.#answered(found);
      if (found === null && this.#take !== null) this.#send();
    });
    tester.post({ source });
  }

  get isBusy(): boolean {
    return this.#take !== null;
  }
  /** Whether it took too long, or was ended. */
  get hasStopped(): boolean {
    return this.#hasStopped;
  }

  /**
   * Tries these lines: their texts and, as a text filter does, what stands beside them. `take` is called with what was
   * found, later; or `onStop`, where it took too long. Only one lot at a time.
   */
  test(
    store: LineStore,
    positions: readonly number[],
    take: (found: readonly boolean[]) => void,
    onStop: () => void,
  ): void {
    // What many lines have beside them is sent and tried once.
    const places = new Map<Word, number>();
    this.#texts = positions.map((position) => store.textAt(position));
    const beside = positions.map((position) =>
      [store.channelAt(position), store.agentAt(position), store.reasonAt(position), store.resourceAt(position)].map(
        (word) => (word === null || word.text === '' ? -1 : this.#placeOf(places, word)),
      ),
    );
    this.#onStop = onStop;
    this.#take = (found) =>
      take(
        positions.map(
          (_, index) => found[index] === 1 || (beside[index] ?? []).some((place) => place >= 0 && found[place] === 1),
        ),
      );
    if (this.#isReady) this.#send();
  }

  dispose(): void {
    this.#end();
  }

  #placeOf(places: Map<Word, number>, word: Word): number {
    let place = places.get(word);
    if (place === undefined) {
      place = this.#texts.push(word.text) - 1;
      places.set(word, place);
    }
    return place;
  }

  #send(): void {
    this.#tester.post({ texts: this.#texts });
    this.#texts = [];
    this.#cancel = this.#timer.set(() => {
      this.#end();
      this.#onStop();
    }, regexChunk.ms);
  }

  #answered(found: Uint8Array): void {
    this.#cancel();
    const take = this.#take;
    this.#take = null;
    take?.(found);
  }

  #end(): void {
    this.#hasStopped = true;
    this.#cancel();
    this.#take = null;
    this.#texts = [];
    this.#tester.terminate();
  }
}

/** Why an expression is none, in the browser's words; null where it is one. */
export function regexProblem(source: string): string | null {
  try {
    void new RegExp(source, 'i');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
