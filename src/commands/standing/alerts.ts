import type { AttentionItem } from '../../model/picture.ts';

/** Who sits at the agent's own terminal answers within this, and is not to be told elsewhere; ms. */
const patience = 10_000;

/** Which of what needs attention is worth a notification. Each is so once, and what a person sees anyway is not. */
export class Alerts {
  readonly #told = new Set<string>();

  /**
   * What is to be told now.
   * @param wanted `all`, `blocked` for who waits for a person, anything else for nothing
   * @param isSeen whether the person has the list in sight
   */
  due(items: readonly AttentionItem[], wanted: string, isSeen: boolean, now: number): AttentionItem[] {
    const ids = new Set(items.map(({ id }) => id));
    for (const id of this.#told) if (!ids.has(id)) this.#told.delete(id);
    const due = items.filter(
      ({ id, kind, since }) =>
        (wanted === 'all' || (wanted === 'blocked' && kind === 'waiting-on-you')) &&
        !this.#told.has(id) &&
        (isSeen || now - since >= patience),
    );
    for (const { id } of due) this.#told.add(id);
    return isSeen ? [] : due;
  }
}
