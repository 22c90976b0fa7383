/** Walks through what was sent before, the newest first; what was being written waits at its end. */
export class HistoryWalk {
  #at: number | null = null;
  #draft = '';

  /**
   * The text before or after the one in the field; null where the key is to move the caret instead: in a text that was
   * changed, or where there is nothing more.
   */
  step(history: readonly string[], direction: 'up' | 'down', field: string): string | null {
    const isUnchanged = this.#at !== null && history[this.#at] === field;
    if (!isUnchanged) {
      if (field.trim() !== '' || direction === 'down') return null;
      this.#at = history.length;
      this.#draft = field;
    }
    const at = (this.#at ?? history.length) + (direction === 'up' ? -1 : 1);
    if (at < 0) return null;
    this.#at = at < history.length ? at : null;
    return history[at] ?? this.#draft;
  }

  reset(): void {
    this.#at = null;
  }
}

/** The history with this one as its newest, once. */
export const remembered = (history: readonly string[], payload: string, most: number): string[] =>
  [...history.filter((other) => other !== payload), payload].slice(-most);
