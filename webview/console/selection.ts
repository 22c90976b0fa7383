/** Most lines that can be selected; the extension copies no more at once. */
export const mostSelected = 10_000;

/** The selected lines by their positions, and the active one, at which the keys work. */
export class Selection {
  readonly #chosen = new Set<number>();
  #active: number | null = null;
  #anchor: number | null = null;

  get active(): number | null {
    return this.#active;
  }
  get size(): number {
    return this.#chosen.size;
  }
  /** Where a range begins that is extended. */
  get anchor(): number | null {
    return this.#anchor;
  }
  has(position: number): boolean {
    return this.#chosen.has(position);
  }
  /** In the order of the lines. */
  get positions(): number[] {
    return [...this.#chosen].toSorted((a, b) => a - b);
  }

  /** Selects this one only. */
  only(position: number): void {
    this.#chosen.clear();
    this.#chosen.add(position);
    this.#active = this.#anchor = position;
  }

  toggle(position: number): void {
    if (!this.#chosen.delete(position) && this.#chosen.size < mostSelected) this.#chosen.add(position);
    this.#active = this.#anchor = position;
  }

  /** Selects these only, of which the active one is where the range was extended to. */
  range(positions: Iterable<number>, active: number): void {
    this.#chosen.clear();
    for (const position of positions) {
      if (this.#chosen.size === mostSelected) break;
      this.#chosen.add(position);
    }
    this.#active = active;
    this.#anchor ??= active;
  }

  clear(): void {
    this.#chosen.clear();
    this.#active = this.#anchor = null;
  }

  /** Forgets all of which this does not hold; says whether that changed anything. */
  keep(holds: (position: number) => boolean): boolean {
    const before = this.#chosen.size;
    for (const position of this.#chosen) if (!holds(position)) this.#chosen.delete(position);
    if (this.#active !== null && !holds(this.#active)) this.#active = this.#anchor = null;
    return before !== this.#chosen.size;
  }

  /** Forgets what is gone; says whether that changed anything. */
  dropBelow(first: number): boolean {
    const before = this.#chosen.size;
    for (const position of this.#chosen) if (position < first) this.#chosen.delete(position);
    const isActiveGone = this.#active !== null && this.#active < first;
    if (isActiveGone) this.#active = null;
    if (this.#anchor !== null && this.#anchor < first) this.#anchor = this.#active;
    return isActiveGone || before !== this.#chosen.size;
  }
}
