import type { ShownText } from '../../host/textDocuments.ts';

/** Something to decide before it is done. */
export interface Question {
  readonly message: string;
  readonly detail: string;
  /** The button that does it. */
  readonly action: string;
}

/** What the window does for the page. Each may fail. */
export interface Doing {
  /** Answers whether the person wants it. */
  confirm(question: Question): Promise<boolean>;
  copy(text: string): PromiseLike<void>;
  /** Shows one message in an editor, or two side by side, the older first. */
  show(one: ShownText, other?: ShownText): PromiseLike<unknown>;
  run(command: string, argument?: unknown): PromiseLike<unknown>;
}
