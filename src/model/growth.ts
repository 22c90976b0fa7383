/**
 * When a number counts as growing without end, in ms and heads: within five minutes at least `least` have come and there
 * are more than twice as many, all of that was so a minute ago already, and the last minute brought still more. A fleet
 * that is started comes to rest within the minute, one in which children come and go does not become larger, and one that
 * is large need not worry about twenty more. What is left is a loop that makes agents. It is seen after a minute or two,
 * and is over when a minute brings none.
 */
export const runaway = { window: 300_000, recent: 60_000, least: { agents: 20, claims: 100 } } as const;

/** How often is looked, in ms. So a window is 31 numbers. */
const interval = 10_000;

interface Look {
  readonly at: number;
  size: number;
}

export interface Runaway {
  readonly what: keyof typeof runaway.least;
  readonly ns: string;
  readonly before: number;
  readonly size: number;
  /** When it was first seen to be one. */
  readonly since: number;
}

/** Watches one number that may grow without end. */
export class Growth {
  readonly #what: Runaway['what'];
  readonly #ns: string;
  #looks: Look[] = [];
  #current: Runaway | null = null;

  constructor(what: Runaway['what'], ns: string) {
    this.#what = what;
    this.#ns = ns;
  }

  get current(): Runaway | null {
    return this.#current;
  }

  /** How many numbers are remembered. */
  get kept(): number {
    return this.#looks.length;
  }

  /** What was read at once did not come just now: the size before counts as if it had been there. */
  read(before: number, after: number): void {
    for (const look of this.#looks) look.size += after - before;
  }

  look(size: number, now: number): void {
    const last = this.#looks.at(-1);
    // A clock that was set back begins anew.
    if (last && now < last.at) this.#looks = [];
    else if (last && now - last.at < interval) return;
    this.#looks = this.#looks.filter(({ at }) => now - at <= runaway.window);
    this.#looks.push({ at: now, size });
    const before = this.#looks[0]!.size;
    const recent = this.#looks.find(({ at }) => now - at <= runaway.recent)!.size;
    const grows = recent - before >= runaway.least[this.#what] && recent > 2 * before && size > recent;
    const since = this.#current?.since ?? now;
    this.#current = grows ? { what: this.#what, ns: this.#ns, before, size, since } : null;
  }
}

/** The same for all namespaces, by what grows there. */
export class GrowthBook {
  readonly #all = new Map<string, Record<Runaway['what'], Growth>>();

  get current(): readonly Runaway[] {
    return [...this.#all.values()].flatMap(({ agents, claims }) =>
      [agents.current, claims.current].filter((each) => each !== null),
    );
  }

  of(ns: string): Record<Runaway['what'], Growth> {
    const known = this.#all.get(ns) ?? { agents: new Growth('agents', ns), claims: new Growth('claims', ns) };
    this.#all.set(ns, known);
    return known;
  }

  clear(): void {
    this.#all.clear();
  }
}
