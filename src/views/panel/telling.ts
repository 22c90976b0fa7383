import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import type { ToPage, View } from '../../protocol/panel/messages.ts';
import type { Second } from '../../protocol/panel/picture.ts';
import { Pacer } from '../pacer.ts';
import { LineSender } from './lineSender.ts';
import type { Recording } from './recording.ts';

/** Least time between two of them, in ms. */
const figuresPause = 250;

/** What a page is told once. */
export interface Greeting {
  readonly words: Readonly<Record<string, string>>;
  readonly language: string;
}

/**
 * What one page is told from its `ready` to its end: everything there is, then what changes. Nothing is told while it is
 * on hold, and afterwards what was missed.
 */
export class Telling implements Disposable {
  readonly #recording: Recording;
  readonly #clock: Clock;
  readonly #post: (message: ToPage) => void;
  readonly #lines: LineSender;
  readonly #figures: Pacer;
  #view: View;
  /** When the last second that was told began. */
  #told = -Infinity;
  #isHeld = false;
  /** Nothing holds any more that was told, which is still to be said. */
  #isVoid = false;

  constructor(
    recording: Recording,
    clock: Clock,
    post: (message: ToPage) => void,
    { words, language }: Greeting,
    view: View,
  ) {
    this.#recording = recording;
    this.#clock = clock;
    this.#post = post;
    this.#view = view;
    this.#figures = new Pacer(clock, figuresPause, () => this.#tellFigures());
    post({ kind: 'hello', words: { ...words }, language, now: recording.now(), view });
    this.#tellSeconds();
    this.#lines = new LineSender(recording.lines, clock, post);
  }

  /** The page shows something else now. */
  look(view: View): void {
    this.#view = view;
    if (!this.#isHeld) this.#tellSeconds();
    // What was told is of another view, and so told anew when the page is in sight.
    else this.#told = Infinity;
  }

  /** There may be new lines. */
  appended(): void {
    this.#lines.request();
  }

  /** The page has taken the lines that were sent. */
  taken(): void {
    this.#lines.taken();
  }

  /** The figures may be others. */
  changed(): void {
    if (!this.#isHeld) this.#figures.request();
  }

  /** A second has ended. */
  tick(): void {
    if (this.#isHeld) return;
    const seconds = this.#recording.lastSeconds(this.#view, this.#told);
    // The clock was set back: what was told lies in the future, and nothing that comes would come after it.
    if (this.#clock.now() < this.#told) this.#tellSeconds();
    else if (seconds.length > 0) {
      this.#remember(seconds);
      this.#post({ kind: 'ended', seconds, hot: this.#recording.hot(this.#view) });
    }
    this.#figures.request();
  }

  /** The lines were forgotten because the person wanted it. */
  forgotten(): void {
    this.#lines.cleared();
  }

  /** Nothing holds any more that was told. */
  cleared(): void {
    this.#isVoid = this.#isHeld;
    if (!this.#isHeld) {
      this.#post({ kind: 'cleared' });
      this.#tellSeconds();
    }
    this.#lines.cleared();
    this.changed();
  }

  /** The page is not in sight, or is again. */
  hold(on: boolean): void {
    if (on === this.#isHeld) return;
    this.#isHeld = on;
    if (!on && this.#isVoid) this.cleared();
    this.#lines.hold(on);
    if (!on) this.tick();
  }

  dispose(): void {
    this.#lines.dispose();
    this.#figures.dispose();
    this.#isHeld = true;
  }

  #tellFigures(): void {
    if (!this.#isHeld) this.#post({ kind: 'now', now: this.#recording.now() });
  }

  #tellSeconds(): void {
    const seconds = this.#recording.seconds(this.#view);
    this.#told = -Infinity;
    this.#remember(seconds);
    this.#post({ kind: 'seconds', view: this.#view, seconds });
    this.#post({ kind: 'ended', seconds: [], hot: this.#recording.hot(this.#view) });
  }

  #remember(seconds: readonly Second[]): void {
    this.#told = seconds.at(-1)?.at ?? this.#told;
  }
}
