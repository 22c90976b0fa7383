import { Emitter, type Disposable } from '../../protocol/emitter.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import type { ToPage } from '../../protocol/panel/messages.ts';
import { reasonText, type Translator } from '../../protocol/reasons.ts';

export type ListeningState = Extract<ToPage, { kind: 'listening' }>;

/** The channel patterns that are listened to beside the fleet's own, for as long as there is a panel. */
export class Listening implements Disposable {
  readonly #listen: (patterns: readonly string[]) => void;
  readonly #l10n: Translator;
  readonly #changed = new Emitter<ListeningState>();
  #wanted: readonly string[] = [];
  #state: ListeningState = { kind: 'listening', patterns: [], problem: null };

  readonly onDidChange = this.#changed.event;

  constructor(listen: (patterns: readonly string[]) => void, l10n: Translator) {
    this.#listen = listen;
    this.#l10n = l10n;
  }

  get state(): ListeningState {
    return this.#state;
  }

  /** Listens to these instead of those before. How it goes is told by {@link onDidChange}. */
  listen(patterns: readonly string[]): void {
    const wanted = [...new Set(patterns)].filter((pattern) => pattern !== '').toSorted();
    if (wanted.join('\0') === this.#wanted.join('\0')) return;
    this.#wanted = wanted;
    this.#listen(wanted);
  }

  apply(message: FeedMessage): void {
    if (message.kind !== 'listening') return;
    const problem = message.reason === null ? null : reasonText(message.reason, this.#l10n).slice(0, 2_000);
    this.#state = { kind: 'listening', patterns: [...message.patterns], problem };
    this.#changed.fire(this.#state);
  }

  dispose(): void {
    this.#changed.dispose();
    if (this.#wanted.length > 0) this.#listen([]);
  }
}
