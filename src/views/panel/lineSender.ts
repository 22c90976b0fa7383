import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import { linesPerMessage, type Line } from '../../protocol/panel/line.ts';
import type { ToPage } from '../../protocol/panel/messages.ts';
import type { Lines } from './recording.ts';

/** Lines that a page begins with; older ones it asks for. */
export const firstLines = 1_000;
/** Least time between two messages, in ms. */
const pause = 100;
/** Text of one message, in UTF-16 units, so that a few long payloads do not hold up the page. */
const mostText = 1_000_000;
/** What a line weighs beside its text and reason. */
const frame = 200;

/**
 * Sends a page the lines as they come: one message at a time, the next only when the page has taken the last, so that a
 * page that cannot keep up gets more at once rather than an ever longer queue. What had to go meanwhile is counted.
 */
export class LineSender implements Disposable {
  readonly #lines: Lines;
  readonly #clock: Clock;
  readonly #post: (message: ToPage) => void;
  #droppedBefore: number;
  #sent: number;
  #isInFlight = false;
  #rest: Disposable | null = null;
  #isHeld = false;
  /** The counts are news, whether or not there are lines. */
  #mustTell = false;

  /** Begins with the newest lines. */
  constructor(lines: Lines, clock: Clock, post: (message: ToPage) => void) {
    this.#lines = lines;
    this.#clock = clock;
    this.#post = post;
    this.#droppedBefore = lines.dropped;
    this.#sent = lines.lastId;
    this.#send(fitting(lines.before(Number.MAX_SAFE_INTEGER, firstLines), 'newest'));
  }

  /** There may be new lines. */
  request(): void {
    if (this.#isInFlight || this.#rest !== null || this.#isHeld) return;
    const lines = fitting(this.#lines.since(this.#sent, linesPerMessage), 'oldest');
    if (lines.length > 0 || this.#mustTell) this.#send(lines);
  }

  /** The page has taken what was sent. */
  taken(): void {
    this.#isInFlight = false;
    this.request();
  }

  /** All lines were forgotten. */
  cleared(): void {
    this.#droppedBefore = this.#lines.dropped;
    this.#mustTell = true;
    this.request();
  }

  /** Sends nothing until told otherwise. */
  hold(on: boolean): void {
    this.#isHeld = on;
    this.request();
  }

  dispose(): void {
    this.#rest?.dispose();
    this.#rest = null;
    this.#isHeld = true;
  }

  #send(lines: Line[]): void {
    this.#sent = lines.at(-1)?.id ?? this.#sent;
    this.#isInFlight = true;
    this.#mustTell = false;
    this.#rest = this.#clock.after(pause, () => {
      this.#rest = null;
      this.request();
    });
    const dropped = Math.max(0, this.#lines.dropped - this.#droppedBefore);
    this.#post({ kind: 'lines', lines, kept: this.#lines.kept, dropped });
  }
}

/** As many lines as fit into a message, from either end; one always does. */
export function fitting(lines: Line[], keep: 'newest' | 'oldest'): Line[] {
  let room = mostText;
  const isTooMuch = ({ text, reason }: Line): boolean => (room -= text.length + (reason?.length ?? 0) + frame) < 0;
  if (keep === 'oldest') {
    const end = lines.findIndex(isTooMuch);
    return end < 0 ? lines : lines.slice(0, Math.max(1, end));
  }
  const last = lines.findLastIndex(isTooMuch);
  return last < 0 ? lines : lines.slice(Math.min(last + 1, lines.length - 1));
}
