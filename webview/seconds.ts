import { Emitter } from '../src/protocol/emitter.ts';
import type { ToPage, View } from '../src/protocol/panel/messages.ts';
import { longestRange, type HotFile, type Second } from '../src/protocol/panel/picture.ts';
import type { Seconds } from './page.ts';

interface Shown {
  readonly view: View;
  readonly all: readonly Second[];
  readonly hot: readonly HotFile[];
  readonly axis: { readonly from: number; readonly to: number };
}

/**
 * The seconds of the view that is asked for. A second that nothing was told of, as when the machine slept, is one in
 * which nothing is known. While {@link hold} is on, what is shown stays as it was.
 */
export class ToldSeconds implements Seconds {
  readonly #now: () => number;
  readonly #changed = new Emitter<void>();
  #view: View;
  /** Whether the seconds of the view have come: until then those that end are of another one. */
  #isKnown = false;
  /** What {@link #told} is of. */
  #toldView: View;
  #told: readonly Second[] = [];
  #hot: readonly HotFile[] = [];
  #shown: Shown;
  #isHeld = false;

  readonly onDidChange = this.#changed.event;

  constructor(view: View, now: () => number) {
    this.#view = this.#toldView = view;
    this.#now = now;
    this.#shown = this.#latest();
  }

  get view(): View {
    return this.#shown.view;
  }

  get all(): readonly Second[] {
    return this.#shown.all;
  }

  get hot(): readonly HotFile[] {
    return this.#shown.hot;
  }

  get axis(): Shown['axis'] {
    return this.#shown.axis;
  }

  /** Another view was asked for. What is shown stays until it comes. */
  expect(view: View): void {
    if (isSame(view, this.#view)) return;
    this.#view = view;
    this.#isKnown = false;
  }

  apply(message: ToPage): void {
    if (message.kind === 'seconds' && isSame(message.view, this.#view)) {
      this.#isKnown = true;
      this.#toldView = this.#view;
      this.#told = this.#joined([], message.seconds);
      // The person asked for this view, also while the picture stands still.
      this.#show(true);
    } else if (message.kind === 'ended' && this.#isKnown) {
      this.#told = this.#joined(this.#told, message.seconds);
      this.#hot = message.hot;
      this.#show(false);
    } else if (message.kind === 'cleared') {
      this.#told = [];
      this.#hot = [];
      this.#show(true);
    }
  }

  hold(on: boolean): void {
    this.#isHeld = on;
    if (!on) this.#show(true);
  }

  #joined(known: readonly Second[], more: readonly Second[]): readonly Second[] {
    const all = known.slice();
    for (const second of more) {
      const last = all.at(-1);
      const at = Math.floor(second.at / 1_000) * 1_000;
      if (last !== undefined && at <= last.at) continue;
      if (last !== undefined) {
        // Of a long sleep only what is in the range need be filled.
        for (let hole = Math.max(last.at + 1_000, at - longestRange * 1_000); hole < at; hole += 1_000) {
          all.push(quiet(last, hole));
        }
      }
      all.push(at === second.at ? second : { ...second, at });
    }
    // There are no holes.
    return all.length > this.#view.range ? all.slice(-this.#view.range) : all;
  }

  #show(isAsked: boolean): void {
    if (this.#isHeld && !isAsked) return;
    this.#shown = this.#latest();
    this.#changed.fire();
  }

  #latest(): Shown {
    const last = this.#told.at(-1);
    const to = last === undefined ? Math.floor(this.#now() / 1_000) * 1_000 : last.at + 1_000;
    const view = this.#toldView;
    return { view, all: this.#told, hot: this.#hot, axis: { from: to - view.range * 1_000, to } };
  }
}

const isSame = (a: View, b: View): boolean => a.agent === b.agent && a.range === b.range;

/** A second of which nothing is known: all stands as before. */
const quiet = (before: Second, at: number): Second => ({
  ...before,
  at,
  isLive: false,
  done: 0,
  messages: 0,
  conflicts: before.conflicts.map(() => 0),
  latency: before.latency.map(() => []),
});
