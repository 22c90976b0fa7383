import type { Event } from '../../protocol/emitter.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import type { Line } from '../../protocol/panel/line.ts';
import type { View } from '../../protocol/panel/messages.ts';
import type { HotFile, Now, Second } from '../../protocol/panel/picture.ts';

/** One line with its whole text, as far as that is kept. */
export interface KeptLine {
  readonly line: Line;
  readonly text: string;
  readonly isWhole: boolean;
}

/** The console's lines, as the conversation with the page reads them. Ids rise and are never used again. */
export interface Lines {
  readonly onDidAppend: Event<void>;
  readonly kept: number;
  readonly dropped: number;
  readonly lastId: number;
  /** Those after this id, oldest first. */
  since(id: number, max: number): Line[];
  /** Those directly before this id, oldest first. */
  before(id: number, max: number): Line[];
  get(id: number): KeptLine | undefined;
  clear(): void;
}

/** What was recorded, as the panel shows it. */
export interface Recording {
  readonly lines: Lines;
  /** Another server or fleet: nothing that was shown holds any more. */
  readonly onDidClear: Event<void>;
  now(): Now;
  /** The ended seconds of the range, oldest first. */
  seconds(view: View): Second[];
  /** Those that began after this moment. */
  lastSeconds(view: View, after: number): Second[];
  hot(view: View): HotFile[];
  /** Number of the first change of a namespace that has a line; null where none has. */
  firstSeq(ns: string): number | null;
  /** Puts what was read of the history before all lines, and answers the lines that were kept. */
  past(messages: readonly FeedMessage[]): Line[];
}
