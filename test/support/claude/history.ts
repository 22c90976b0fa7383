import { BareRedis, type Reply } from '../bareRedis.ts';

/** An entry of the history: what was accepted, and when by the server's clock. */
export interface Entry {
  readonly kind: string;
  readonly agent: string;
  /** In µs. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads what the function library wrote down, from the beginning on. */
export class History {
  readonly entries: Entry[] = [];
  readonly #key: string;
  readonly #redis: BareRedis;
  #last = '0';
  #pending: Promise<void> | undefined;

  private constructor(key: string, redis: BareRedis) {
    this.#key = key;
    this.#redis = redis;
  }

  static async open(port: number, ns: string): Promise<History> {
    return new History(`${ns}agent:history`, await BareRedis.open(port));
  }

  /** All that was written down so far. */
  async read(): Promise<readonly Entry[]> {
    await this.#pending;
    this.#take(await this.#redis.call('XREAD', 'STREAMS', this.#key, this.#last));
    return this.entries;
  }

  /** The first entry, from the beginning or of those to come, that is meant; rejects when none comes in time. */
  async until(what: string, isIt: (entry: Entry) => boolean, ms = 30_000): Promise<Entry> {
    const deadline = Date.now() + ms;
    for (;;) {
      const found = this.entries.find(isIt);
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`The history has no ${what}; it has\n${this.toString()}`);
      await this.#more();
    }
  }

  close(): void {
    this.#redis.close();
  }

  toString(): string {
    return this.entries.map(({ data }) => JSON.stringify(data)).join('\n');
  }

  /** Whoever waits for more waits for the same answer. */
  #more(): Promise<void> {
    this.#pending ??= this.#redis
      .call('XREAD', 'BLOCK', 500, 'STREAMS', this.#key, this.#last)
      .then((reply) => this.#take(reply))
      .finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  #take(reply: Reply): void {
    const [stream] = (reply ?? []) as [string, [string, string[]][]][];
    for (const [id, fields] of stream?.[1] ?? []) {
      this.#last = id;
      const field = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
      const data = JSON.parse(field('data')) as Record<string, unknown>;
      this.entries.push({ kind: field('kind'), agent: field('agent'), at: Number(field('at')), data });
    }
  }
}
